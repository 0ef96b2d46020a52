import type { AgentAccess } from '../agents/index.js';
import type { LoginDeps } from './login-deps.js';
import { codeId, codePurposes } from './one-time-code.js';
import { mailNewPassword } from './passwords.js';
import { endSessions, sessionsOf } from './sessions.js';

/** What happens to log-ins when agents come, are forced offline, and go. */
export function agentAccess(deps: LoginDeps): AgentAccess {
  return {
    checkAdmission({ sendPassword }) {
      if (sendPassword) deps.notifier.check('email');
    },
    async admit(agent, { sendPassword }) {
      if (sendPassword) await mailNewPassword(deps, agent, 'firstPassword');
    },
    endSessions: (agent, because) => endSessions(deps, agent, because),
    async remove(agent) {
      const { accountId, id } = agent;
      await endSessions(deps, agent, 'loggedOut');
      for (const session of await sessionsOf(deps, agent)) await deps.sessions.remove(accountId, session.id);
      for (const purpose of codePurposes) await deps.codes.remove(accountId, codeId(id, purpose));
      const tokens = await deps.tokens.list(accountId, { where: { agentId: id }, limit: 100 });
      for (const token of tokens.items) await deps.tokens.remove(accountId, token.id);
      await deps.credentials.remove(accountId, id);
    },
  };
}
