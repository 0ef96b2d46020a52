import type { OperationHandler } from '../../operation/handler.js';
import type { FlowDeps } from '../flow-deps.js';
import { flowSummaryView } from '../flow-view.js';
import { updateFlow as update } from '../update-flow.js';

export function updateFlow(deps: FlowDeps): OperationHandler<'updateFlow'> {
  return async ({ params, body }, { account }) => ({
    status: 200,
    body: flowSummaryView(await update(deps, account.id, params.flowId, body)),
  });
}
