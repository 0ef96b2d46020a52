import type { OperationHandler } from '../../operation/handler.js';
import type { AgentDeps } from '../agent-deps.js';
import { deleteAgent as remove } from '../delete-agent.js';

export function deleteAgent(deps: AgentDeps): OperationHandler<'deleteAgent'> {
  return async ({ params }, { account, principal }) => {
    await remove(deps, principal, account.id, params.agentId);
    return { status: 204 };
  };
}
