import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { AgentDeps } from '../agent-deps.js';
import { oneAgentView } from '../agent-view.js';

export function getAgent(deps: AgentDeps): OperationHandler<'getAgent'> {
  return async ({ params: { agentId } }, { account }) => {
    const agent = await deps.agents.get(account.id, agentId);
    if (!agent) throw new ResourceNotFoundError('agent', agentId);
    return { status: 200, body: await oneAgentView(deps, agent) };
  };
}
