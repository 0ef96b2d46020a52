import type { OperationHandler } from '../../operation/handler.js';
import { principalId } from '../../operation/principal.js';
import type { FlowDeps } from '../flow-deps.js';
import { flowVersionView } from '../flow-view.js';
import { publishFlow as publish } from '../versions/publish-flow.js';

export function publishFlow(deps: FlowDeps): OperationHandler<'publishFlow'> {
  return async ({ params, body }, { account, principal }) => {
    const { flow, version } = await publish(deps, account, params.flowId, body, principalId(principal));
    return { status: 201, body: flowVersionView(version, flow) };
  };
}
