import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { RecordingNotFinishedError } from '../recording-errors.js';
import type { RecordingOperationDeps } from '../recording-operation-deps.js';
import { isFinished } from '../recording-state.js';

export function deleteRecording({ recordings, objects }: RecordingOperationDeps): OperationHandler<'deleteRecording'> {
  return async ({ params }, context) => {
    const recording = await recordings.get(context.account.id, params.recordingId);
    if (!recording) throw new ResourceNotFoundError('recording', params.recordingId);
    if (!isFinished(recording.status)) throw new RecordingNotFinishedError(recording.id, recording.status);
    // The record goes last: killed before, the deletion can be asked for again.
    for (const file of recording.files) await objects.remove(file.key);
    await recordings.remove(context.account.id, recording.id);
    return { status: 204 };
  };
}
