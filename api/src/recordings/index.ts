export type { AdoptRecordings, CallRecorder, CallRecording, RecordingResult, StartRecording } from './call-recorder.js';
export { FfmpegMp3Encoder, ffmpegRuns } from './ffmpeg-mp3-encoder.js';
export { type FinalizeDeps, finalizeRecording } from './finalize-recording.js';
export type { Mp3Encoder } from './mp3-encoder.js';
export { nodeRecordingFiles } from './node-recording-files.js';
export { recordingOperations } from './operations/index.js';
export { RecordCall, type RecordCallDeps } from './record-call.js';
export {
  type Recording,
  type RecordingFile,
  type RecordingStore,
  recordingCollection,
  recordingView,
} from './recording.js';
export type { RecordingFiles } from './recording-files.js';
export type { RecordingOperationDeps } from './recording-operation-deps.js';
export type { RecordingStatus } from './recording-state.js';
export { unfinishedRecordings } from './salvage-recordings.js';
