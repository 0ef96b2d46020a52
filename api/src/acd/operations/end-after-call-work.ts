import type { OperationHandler } from '../../operation/handler.js';
import type { AgentStatusDeps } from './agent-status-deps.js';
import { askerOf, recordOf, statusOf } from './one-status.js';

export function endAfterCallWork(deps: AgentStatusDeps): OperationHandler<'endAfterCallWork'> {
  return async ({ params }, { account, principal }) => {
    const agent = await recordOf(deps, account.id, params.agentId);
    await deps.atWork.endAfterCallWork(agent, askerOf(principal, agent.id));
    return { status: 200, body: await statusOf(deps, agent) };
  };
}
