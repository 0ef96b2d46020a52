import type { OperationHandler } from '../../operation/handler.js';
import { deleteFlow as remove } from '../delete-flow.js';
import type { FlowDeps } from '../flow-deps.js';

export function deleteFlow(deps: FlowDeps): OperationHandler<'deleteFlow'> {
  return async ({ params }, { account }) => {
    await remove(deps, account.id, params.flowId);
    return { status: 204 };
  };
}
