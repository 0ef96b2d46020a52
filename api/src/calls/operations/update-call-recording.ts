import type { OperationHandler } from '../../operation/handler.js';
import type { CallApiDeps } from '../call-api-deps.js';

export function updateCallRecording({ control }: CallApiDeps): OperationHandler<'updateCallRecording'> {
  return async ({ params: { callId, recordingId }, body }, { account }) => {
    const { status, pauseBehavior = 'silence' } = body;
    await control.updateRecording({ accountId: account.id, callId, recordingId, status, pauseBehavior });
    return { status: 200, body: { recordingId, callId, status } };
  };
}
