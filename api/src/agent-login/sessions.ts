import type { Agent } from '../agents/index.js';
import { changeRecord } from '../store/change-record.js';
import { timestamp } from '../store/timestamp.js';
import type { AgentSession, LoggedInBy, SessionEnd } from './agent-session.js';
import type { LoginDeps } from './login-deps.js';
import { AgentBlockedError, SessionEndedError } from './login-errors.js';
import { hashToken, makeSessionToken, sessionOfToken } from './tokens.js';
import { useRefreshToken } from './use-refresh-token.js';

/** A session with its tokens, which are stored nowhere. */
export interface IssuedSession {
  readonly session: AgentSession;
  readonly accessToken: string;
  readonly accessExpiresAt: number;
  readonly refreshToken: string;
}

/** Sessions an agent has at most at a time. */
const mostSessions = 20;
/** Access tokens that are good beside the newest. */
const mostOldAccess = 20;

/** Begins a session; the oldest makes room where there are too many. */
export async function beginSession(deps: LoginDeps, agent: Agent, by: LoggedInBy): Promise<IssuedSession> {
  await makeRoom(deps, agent);
  const { sessions, clock, newId } = deps;
  const now = timestamp(clock);
  const id = newId('AS');
  const { tokens, fields } = freshTokens(deps, id, []);
  const session: AgentSession = {
    id,
    accountId: agent.accountId,
    agentId: agent.id,
    by,
    ...fields,
    spentRefreshHashes: [],
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await sessions.insert(session);
  return { session, ...tokens };
}

function freshTokens(
  { clock, random, settings }: LoginDeps,
  sessionId: string,
  access: AgentSession['access'],
): { tokens: Omit<IssuedSession, 'session'>; fields: Pick<AgentSession, 'access' | 'refreshHash' | 'expiresAt'> } {
  const now = clock.now();
  const accessToken = makeSessionToken('ha', sessionId, random);
  const refreshToken = makeSessionToken('hr', sessionId, random);
  const accessExpiresAt = now + settings.accessTokenMinutes * 60_000;
  const live = access.filter(({ expiresAt }) => expiresAt > now).slice(-mostOldAccess);
  return {
    tokens: { accessToken, accessExpiresAt, refreshToken },
    fields: {
      access: [...live, { hash: hashToken(accessToken), expiresAt: accessExpiresAt }],
      refreshHash: hashToken(refreshToken),
      expiresAt: now + settings.sessionHours * 3_600_000,
    },
  };
}

/**
 * Gives a session new tokens for its refresh token, which is used up. One that was used before ends the session, for it is in two hands; but for a few seconds from the address that used
 * it.
 * @throws SessionEndedError, AgentBlockedError
 */
export async function refreshSession(
  deps: LoginDeps,
  refreshToken: string,
  address: string | undefined,
): Promise<IssuedSession & { agent: Agent }> {
  const { sessions, agents, clock } = deps;
  const id = sessionOfToken('hr', refreshToken);
  const hash = hashToken(refreshToken);
  const found = id === undefined ? undefined : await sessions.acrossAccounts.get(id);
  if (!found) throw new SessionEndedError('unknown');
  const agent = await agents.get(found.accountId, found.agentId);
  if (!agent) throw new SessionEndedError('unknown');
  const shown = { hash, fromHash: hashToken(`${found.id} ${address}`), at: clock.now() };
  let tokens: Omit<IssuedSession, 'session'> | undefined;
  let known = false;
  const session = await changeRecord(sessions, clock, found.accountId, found.id, (one) => {
    tokens = undefined;
    if (one.ended) return one;
    const fresh = freshTokens(deps, one.id, one.access);
    const used = useRefreshToken(one, shown, fresh.fields.refreshHash);
    if (used === 'reused') return ended(one, 'refreshTokenReused', clock.now());
    known = used !== 'unknown';
    if (used === 'unknown' || one.expiresAt <= clock.now() || agent.blockedAt !== undefined) return one;
    tokens = fresh.tokens;
    return { ...one, ...fresh.fields, ...used };
  });
  if (session && tokens) return { session, agent, ...tokens };
  if (session?.ended) {
    if (session.ended.because === 'refreshTokenReused') await deps.sessionsEnded([session]);
    throw new SessionEndedError(session.ended.because);
  }
  if (agent.blockedAt !== undefined && known) throw new AgentBlockedError();
  throw new SessionEndedError('unknown');
}

/** All sessions of an agent that are stored, newest first. */
export async function sessionsOf(
  { sessions }: Pick<LoginDeps, 'sessions'>,
  agent: Pick<Agent, 'id' | 'accountId'>,
): Promise<readonly AgentSession[]> {
  return (await sessions.list(agent.accountId, { where: { agentId: agent.id }, limit: 100 })).items;
}

/** Whether a session is up, as it is stored now. */
export function sessionLookup({
  sessions,
  clock,
}: Pick<LoginDeps, 'sessions' | 'clock'>): (accountId: string, sessionId: string) => Promise<boolean> {
  return async (accountId, sessionId) => {
    const session = await sessions.get(accountId, sessionId);
    return session !== undefined && isLive(session, clock.now());
  };
}

export function isLive(session: AgentSession, now: number): boolean {
  return session.ended === undefined && session.expiresAt > now;
}

/** Ends an agent's sessions but for the one that is to be kept. Their tokens count no more, on any process. */
export async function endSessions(
  deps: Pick<LoginDeps, 'sessions' | 'clock' | 'sessionsEnded'>,
  agent: Pick<Agent, 'id' | 'accountId'>,
  because: SessionEnd,
  keptId?: string,
): Promise<void> {
  const live = (await sessionsOf(deps, agent)).filter((one) => isLive(one, deps.clock.now()) && one.id !== keptId);
  await endAll(deps, live, because);
}

/** Ends these. */
export async function endAll(
  { sessions, clock, sessionsEnded }: Pick<LoginDeps, 'sessions' | 'clock' | 'sessionsEnded'>,
  live: readonly AgentSession[],
  because: SessionEnd,
): Promise<void> {
  for (const { accountId, id } of live) {
    await changeRecord(sessions, clock, accountId, id, (one) => (one.ended ? one : ended(one, because, clock.now())));
  }
  if (live.length > 0) await sessionsEnded(live);
}

function ended(session: AgentSession, because: SessionEnd, at: number): AgentSession {
  return { ...session, ended: { because, at } };
}

/** Forgets sessions that are over, and ends the oldest where there are too many. */
async function makeRoom(deps: LoginDeps, agent: Agent): Promise<void> {
  const { sessions, clock } = deps;
  const all = await sessionsOf(deps, agent);
  const live = all.filter((one) => isLive(one, clock.now()));
  for (const { accountId, id } of all.filter((one) => !live.includes(one))) await sessions.remove(accountId, id);
  await endAll(deps, live.slice(mostSessions - 1), 'tooMany');
}
