import type { OperationHandlers } from '../../operation/handler.js';
import type { RecordingOperationDeps } from '../recording-operation-deps.js';
import { deleteRecording } from './delete-recording.js';
import { getRecording } from './get-recording.js';
import { getRecordingMedia } from './get-recording-media.js';
import { listRecordings } from './list-recordings.js';

/** The HTTP face of recordings. */
export function recordingOperations(deps: RecordingOperationDeps) {
  return {
    listRecordings: listRecordings(deps),
    getRecording: getRecording(deps),
    getRecordingMedia: getRecordingMedia(deps),
    deleteRecording: deleteRecording(deps),
  } satisfies Partial<OperationHandlers>;
}
