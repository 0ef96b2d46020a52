import type { OperationHandler } from '../../operation/handler.js';
import { type FlowSimulationDeps, tryFlow } from '../simulate/try-flow.js';

export function simulateFlow(deps: FlowSimulationDeps): OperationHandler<'simulateFlow'> {
  return async ({ params: { flowId }, body }, { account }) => ({
    status: 200,
    body: await tryFlow(deps, account, flowId, body),
  });
}
