import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { recordingView } from '../recording.js';
import type { RecordingOperationDeps } from '../recording-operation-deps.js';

export function getRecording({ recordings }: RecordingOperationDeps): OperationHandler<'getRecording'> {
  return async ({ params }, context) => {
    const recording = await recordings.get(context.account.id, params.recordingId);
    if (!recording) throw new ResourceNotFoundError('recording', params.recordingId);
    return { status: 200, body: recordingView(recording) };
  };
}
