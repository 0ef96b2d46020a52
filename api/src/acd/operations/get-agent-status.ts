import type { OperationHandler } from '../../operation/handler.js';
import type { AgentStatusDeps } from './agent-status-deps.js';
import { recordOf, statusOf } from './one-status.js';

export function getAgentStatus(deps: AgentStatusDeps): OperationHandler<'getAgentStatus'> {
  return async ({ params }, { account }) => {
    const agent = await recordOf(deps, account.id, params.agentId);
    return { status: 200, body: await statusOf(deps, agent) };
  };
}
