import type { OperationHandler } from '../../operation/handler.js';
import { findAgent } from '../find-agent.js';
import type { LoginDeps } from '../login-deps.js';
import { sessionView } from '../session-view.js';
import { isLive, sessionsOf } from '../sessions.js';

export function listAgentSessions(deps: LoginDeps): OperationHandler<'listAgentSessions'> {
  return async ({ params }, { account }) => {
    const sessions = await sessionsOf(deps, await findAgent(deps, account.id, params.agentId));
    const live = sessions.filter((session) => isLive(session, deps.clock.now()));
    return { status: 200, body: { items: live.map(sessionView) } };
  };
}
