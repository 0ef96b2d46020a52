import type { OperationHandler } from '../../operation/handler.js';
import { agentToChange } from '../find-agent.js';
import type { LoginDeps } from '../login-deps.js';
import { endSessions } from '../sessions.js';

export function deleteAgentSessions(deps: LoginDeps): OperationHandler<'deleteAgentSessions'> {
  return async ({ params }, context) => {
    await endSessions(deps, await agentToChange(deps, context, params.agentId), 'loggedOut');
    return { status: 204 };
  };
}
