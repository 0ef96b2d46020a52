import type { OperationHandler } from '../../operation/handler.js';
import type { FlowDeps } from '../flow-deps.js';
import { FlowNotFoundError } from '../flow-errors.js';
import { flowVersionDetailView } from '../flow-view.js';

export function getFlowVersion(deps: FlowDeps): OperationHandler<'getFlowVersion'> {
  return async ({ params: { flowId, flowVersionNumber: number } }, { account }) => {
    const [flow, version] = await Promise.all([
      deps.flows.get(account.id, flowId),
      deps.flowVersions.findOne(account.id, { flowId, number }),
    ]);
    const stored = version && (await deps.flowDocuments.get(account.id, version.id));
    if (!flow || !version || !stored) throw new FlowNotFoundError(flowId, number);
    return { status: 200, body: flowVersionDetailView(version, flow, stored) };
  };
}
