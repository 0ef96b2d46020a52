import type { OperationHandler } from '../../http/operation.js';
import { findAgent } from '../find-agent.js';
import type { LoginDeps } from '../login-deps.js';
import { endSessions } from '../sessions.js';

export function deleteAgentSessions(deps: LoginDeps): OperationHandler<'deleteAgentSessions'> {
  return async ({ params }, { account }) => {
    await endSessions(deps, await findAgent(deps, account.id, params.agentId), 'loggedOut');
    return { status: 204 };
  };
}
