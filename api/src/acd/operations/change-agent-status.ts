import type { OperationHandler } from '../../operation/handler.js';
import type { AgentStatusDeps } from './agent-status-deps.js';
import { askerOf, recordOf, statusOf } from './one-status.js';

export function changeAgentStatus(deps: AgentStatusDeps): OperationHandler<'changeAgentStatus'> {
  return async ({ params, body: { status, restReason } }, { account, principal }) => {
    const agent = await recordOf(deps, account.id, params.agentId);
    const asker = askerOf(principal, agent.id);
    if (status === 'online') await deps.atWork.goOnline(agent, asker);
    else await deps.atWork.ask(agent, { status, restReason }, asker);
    return { status: 200, body: await statusOf(deps, agent) };
  };
}
