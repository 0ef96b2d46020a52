import type { OperationHandler } from '../../operation/handler.js';
import { recordingView } from '../recording.js';
import type { RecordingOperationDeps } from '../recording-operation-deps.js';

export function listRecordings({ recordings }: RecordingOperationDeps): OperationHandler<'listRecordings'> {
  return async ({ query: { limit, cursor, callId, status } }, context) => {
    const where = { ...(callId === undefined ? {} : { callId }), ...(status === undefined ? {} : { status }) };
    const page = await recordings.list(context.account.id, { where, limit: limit ?? 50, cursor });
    return { status: 200, body: { items: page.items.map(recordingView), nextCursor: page.nextCursor } };
  };
}
