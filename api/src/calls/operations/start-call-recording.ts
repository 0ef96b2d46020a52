import type { OperationHandler } from '../../operation/handler.js';
import type { CallApiDeps } from '../call-api-deps.js';

export function startCallRecording({ control }: CallApiDeps): OperationHandler<'startCallRecording'> {
  return async ({ params: { callId }, body }, { account }) => {
    const { channels = 2, maxDurationSeconds } = body;
    const { recordingId } = await control.startRecording({
      accountId: account.id,
      callId,
      channels,
      ...(maxDurationSeconds === undefined ? {} : { maxDurationSeconds }),
    });
    return { status: 201, body: { recordingId, callId, status: 'in-progress' } };
  };
}
