import { AccountSuspendedError, suspendedAccount } from '../accounts/index.js';
import { type Agent, normalEmail } from '../agents/index.js';
import { changeRecord } from '../store/change-record.js';
import type { LoggedInBy } from './agent-session.js';
import { useCode } from './codes.js';
import { limitAttempts } from './limit-attempts.js';
import type { LoginDeps } from './login-deps.js';
import { AgentBlockedError, LoginFailedError } from './login-errors.js';
import { verifyPassword } from './password-hash.js';
import { beginSession, type IssuedSession } from './sessions.js';
import { hashToken } from './tokens.js';

/** With what an agent logs in. */
export type LoginRequest =
  | { readonly accountId: string; readonly email: string; readonly password: string }
  | { readonly accountId: string; readonly phone: string; readonly code: string }
  | { readonly token: string };

/**
 * Begins a session for whoever proves to be an agent.
 * @param address where the request comes from
 * @throws LoginFailedError for all that does not fit, LoginLockedError, and to who proved it AgentBlockedError and AccountSuspendedError
 */
export async function logIn(
  deps: LoginDeps,
  request: LoginRequest,
  address: string,
): Promise<IssuedSession & { agent: Agent }> {
  const { agent, by } = await prove(deps, request, address);
  if (agent.blockedAt !== undefined) throw new AgentBlockedError();
  const account = await deps.accounts.acrossAccounts.get(agent.accountId);
  if (!account) throw new LoginFailedError();
  const suspended = await suspendedAccount(deps.accounts, account);
  if (suspended) throw new AccountSuspendedError(suspended.id);
  if (by === 'password') await noteFirstLogin(deps, agent);
  return { ...(await beginSession(deps, agent, by)), agent };
}

async function prove(
  deps: LoginDeps,
  request: LoginRequest,
  address: string,
): Promise<{ agent: Agent; by: LoggedInBy }> {
  if ('token' in request) {
    // A token is as long as a key: nobody guesses one, so only the address is counted.
    const login = `login-token:${hashToken(request.token)}`;
    return limitAttempts(deps, login, address, async () => ({
      agent: await byToken(deps, request.token),
      by: 'token',
    }));
  }
  if ('password' in request) {
    const login = `login:${request.accountId}:${normalEmail(request.email)}`;
    return limitAttempts(deps, login, address, async () => ({
      agent: await byPassword(deps, request),
      by: 'password',
    }));
  }
  const login = `login:${request.accountId}:${request.phone}`;
  return limitAttempts(deps, login, address, async () => ({ agent: await byCode(deps, request), by: 'code' }));
}

async function byPassword(
  { agents, credentials }: LoginDeps,
  { accountId, email, password }: Extract<LoginRequest, { password: string }>,
): Promise<Agent> {
  const agent = await agents.findOne(accountId, { email: normalEmail(email) });
  const credential = agent && (await credentials.get(accountId, agent.id));
  const right = await verifyPassword(password, credential?.passwordHash);
  if (!agent || !right) throw new LoginFailedError();
  return agent;
}

async function byCode(
  deps: LoginDeps,
  { accountId, phone, code }: Extract<LoginRequest, { code: string }>,
): Promise<Agent> {
  const agent = await deps.agents.findOne(accountId, { phone });
  if (!agent || !(await useCode(deps, agent, 'login', phone, code))) throw new LoginFailedError();
  return agent;
}

async function byToken({ agents, tokens, clock }: LoginDeps, token: string): Promise<Agent> {
  const found = await tokens.acrossAccounts.get(hashToken(token));
  // Whoever removes it has it: of two at once one logs in.
  if (!found || !(await tokens.remove(found.accountId, found.id)) || found.expiresAt <= clock.now())
    throw new LoginFailedError();
  const agent = await agents.get(found.accountId, found.agentId);
  if (!agent) throw new LoginFailedError();
  return agent;
}

/** From the first log-in with the password on the bound phone counts as the agent's. */
async function noteFirstLogin({ credentials, clock }: LoginDeps, agent: Agent): Promise<void> {
  await changeRecord(credentials, clock, agent.accountId, agent.id, (one) =>
    one.firstLoginAt === undefined ? { ...one, firstLoginAt: clock.now() } : one,
  );
}
