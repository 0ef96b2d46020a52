import type { OperationHandler } from '../../operation/handler.js';
import type { FlowDeps } from '../flow-deps.js';
import { deleteFlowVersion as remove } from '../versions/delete-flow-version.js';

export function deleteFlowVersion(deps: FlowDeps): OperationHandler<'deleteFlowVersion'> {
  return async ({ params: { flowId, flowVersionNumber } }, { account }) => {
    await remove(deps, account, flowId, flowVersionNumber);
    return { status: 204 };
  };
}
