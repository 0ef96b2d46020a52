import type { OperationHandler } from '../../operation/handler.js';
import type { AgentDeps } from '../agent-deps.js';
import { oneAgentView } from '../agent-view.js';
import { updateAgent as update } from '../update-agent.js';

export function updateAgent(deps: AgentDeps): OperationHandler<'updateAgent'> {
  return async ({ params, body }, { account, principal }) => {
    const agent = await update(deps, principal, account.id, params.agentId, body);
    return { status: 200, body: await oneAgentView(deps, agent) };
  };
}
