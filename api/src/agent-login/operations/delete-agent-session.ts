import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { agentToChange } from '../find-agent.js';
import type { LoginDeps } from '../login-deps.js';
import { endAll, isLive } from '../sessions.js';

export function deleteAgentSession(deps: LoginDeps): OperationHandler<'deleteAgentSession'> {
  return async ({ params: { agentId, agentSessionId } }, context) => {
    const { account } = context;
    await agentToChange(deps, context, agentId);
    const session = await deps.sessions.get(account.id, agentSessionId);
    if (session?.agentId !== agentId || !isLive(session, deps.clock.now()))
      throw new ResourceNotFoundError('session', agentSessionId);
    await endAll(deps, [session], 'loggedOut');
    return { status: 204 };
  };
}
