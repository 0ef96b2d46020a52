import type { OperationHandler } from '../../operation/handler.js';
import type { AgentDeps } from '../agent-deps.js';
import { oneAgentView } from '../agent-view.js';
import { restoreAgent as restore } from '../force-offline.js';

export function restoreAgent(deps: AgentDeps): OperationHandler<'restoreAgent'> {
  return async ({ params }, { account, principal }) => {
    const agent = await restore(deps, principal, account.id, params.agentId);
    return { status: 200, body: await oneAgentView(deps, agent) };
  };
}
