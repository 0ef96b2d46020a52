import type { OperationHandler } from '../../operation/handler.js';
import type { FlowDeps } from '../flow-deps.js';
import { FlowNotFoundError } from '../flow-errors.js';
import { flowSummaryView } from '../flow-view.js';
import { makeLive } from '../versions/publish-flow.js';

export function setLiveFlowVersion(deps: FlowDeps): OperationHandler<'setLiveFlowVersion'> {
  return async ({ params: { flowId }, body: { number } }, { account }) => {
    const [flow, version] = await Promise.all([
      deps.flows.get(account.id, flowId),
      deps.flowVersions.findOne(account.id, { flowId, number }),
    ]);
    if (!flow || !version) throw new FlowNotFoundError(flowId, flow && number);
    return { status: 200, body: flowSummaryView(await makeLive(deps, flow, number)) };
  };
}
