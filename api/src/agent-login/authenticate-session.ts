import type { Clock } from '@hookswitch/kernel/clock';
import {
  AccountNotFoundError,
  type AccountStore,
  AccountSuspendedError,
  AuthenticationFailedError,
  type Authenticator,
  type KeyPrincipal,
  suspendedAccount,
} from '../accounts/index.js';
import type { AgentStore } from '../agents/index.js';
import type { AgentPrincipal, Principal } from '../operation/principal.js';
import { findRole, noGrants, type RoleStore } from '../roles/index.js';
import { ShortCache } from '../store/short-cache.js';
import type { SessionStore } from './agent-session.js';
import { SessionEndedError } from './login-errors.js';
import { hashToken, sessionOfToken } from './tokens.js';

export interface SessionAuthenticatorDeps {
  readonly sessions: SessionStore;
  readonly agents: Pick<AgentStore, 'get'>;
  readonly roles: Pick<RoleStore, 'get'>;
  readonly accounts: Pick<AccountStore, 'acrossAccounts'>;
  readonly clock: Clock;
  /** How long a checked token counts without another look; at most 1,000, so that an end counts within a second everywhere. */
  readonly cacheMs: number;
}

interface Known {
  readonly principal: AgentPrincipal;
  readonly expiresAt: number;
  readonly suspendedId: string | undefined;
}

/** Knows access tokens of agents' sessions besides keys. */
export function authenticateSessions(
  keys: Authenticator<KeyPrincipal>,
  deps: SessionAuthenticatorDeps,
): Authenticator<Principal> {
  const cache = new ShortCache<Known>(deps.clock, { keepMs: deps.cacheMs });
  return {
    async authenticate(credentials, request) {
      const token = credentials?.id === undefined ? credentials?.secret : undefined;
      const sessionId = token && sessionOfToken('ha', token);
      if (!token || !sessionId) return keys.authenticate(credentials, request);
      const hash = hashToken(token);
      const known = await cache.get(hash, () => look(deps, sessionId, hash));
      if (known.expiresAt <= deps.clock.now()) throw new SessionEndedError('expired');
      const { principal, suspendedId } = known;
      if (request.actAs !== undefined && request.actAs !== principal.account.id)
        throw new AccountNotFoundError(request.actAs);
      if (request.writes && suspendedId !== undefined) throw new AccountSuspendedError(suspendedId);
      return principal;
    },
  };
}

/** @throws AuthenticationFailedError for a token that never was one, SessionEndedError for one that counts no more */
async function look(deps: SessionAuthenticatorDeps, sessionId: string, hash: string): Promise<Known> {
  const session = await deps.sessions.acrossAccounts.get(sessionId);
  const token = session?.access.find((one) => one.hash === hash);
  if (!session || !token) throw session ? new SessionEndedError('expired') : new AuthenticationFailedError();
  if (session.ended) throw new SessionEndedError(session.ended.because);
  const agent = await deps.agents.get(session.accountId, session.agentId);
  const account = await deps.accounts.acrossAccounts.get(session.accountId);
  if (!agent || !account) throw new AuthenticationFailedError();
  if (agent.blockedAt !== undefined) throw new SessionEndedError('forcedOffline');
  const { scopes, ownScopes } = (await findRole(deps.roles, account.id, agent.role)) ?? noGrants;
  const suspended = await suspendedAccount(deps.accounts, account);
  return {
    principal: { kind: 'agent', account, agent, scopes, ownScopes, sessionId },
    expiresAt: token.expiresAt,
    suspendedId: suspended?.id,
  };
}
