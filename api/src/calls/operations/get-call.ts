import type { OperationHandler } from '../../operation/handler.js';
import type { CallApiDeps } from '../call-api-deps.js';
import { CallNotFoundError } from '../call-errors.js';
import { callEtag, callView } from '../call-view.js';

export function getCall({ calls }: CallApiDeps): OperationHandler<'getCall'> {
  return async ({ params: { callId } }, { account }) => {
    const call = await calls.get(account.id, callId);
    if (!call) throw new CallNotFoundError(callId);
    return { status: 200, body: callView(call), headers: { ETag: callEtag(call) } };
  };
}
