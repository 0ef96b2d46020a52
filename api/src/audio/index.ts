export type { AudioDecoder } from './audio-decoder.js';
export type { AudioDeps } from './audio-deps.js';
export {
  AudioConverterMissingError,
  AudioTooLongError,
  AudioUnavailableError,
  UnreadableAudioError,
} from './audio-errors.js';
export { type AudioFile, type AudioStore, audioCollection } from './audio-file.js';
export { checkAudio } from './check-audio.js';
export { type ConcurrencyLimit, concurrencyLimit, TooMuchWaitingError } from './concurrency-limit.js';
export { FfmpegAudioDecoder, type FfmpegAudioDecoderSettings } from './ffmpeg-audio-decoder.js';
export {
  defaultAudioResolverSettings,
  HttpAudioResolver,
  type HttpAudioResolverDeps,
  type HttpAudioResolverSettings,
} from './http-audio-resolver.js';
export { audioOperations } from './operations/index.js';
export { audioRef, type Pcm, telephoneRate } from './pcm.js';
export { resample } from './resample.js';
export { type ProgramEnd, type ProgramRun, runProgram } from './run-program.js';
export { unlessAborted } from './unless-aborted.js';
export { looksLikeWav, readWav, writeWav } from './wav.js';
