import type { OperationHandler } from '../../operation/handler.js';
import type { AgentDeps } from '../agent-deps.js';
import { oneAgentView } from '../agent-view.js';
import { forceOffline } from '../force-offline.js';

export function forceAgentOffline(deps: AgentDeps): OperationHandler<'forceAgentOffline'> {
  return async ({ params }, { account, principal }) => {
    const agent = await forceOffline(deps, principal, account.id, params.agentId);
    return { status: 200, body: await oneAgentView(deps, agent) };
  };
}
