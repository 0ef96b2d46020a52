import type { Principal } from '../operation/principal.js';
import type { EventStreams, StreamName } from './event-streams.js';

export interface SessionWatchDeps {
  readonly streams: EventStreams;
  /** Whether the session is up, as it is stored now. */
  readonly isSessionLive: (accountId: string, sessionId: string) => Promise<boolean>;
}

/** Aborts when the session of an agent who follows is over: nobody hears on who was logged out. */
export interface SessionWatch {
  readonly signal: AbortSignal;
  stop(): Promise<void>;
}

/** Watches the session of this principal; a key has none, so nothing ends. */
export async function watchSession(deps: SessionWatchDeps, principal: Principal): Promise<SessionWatch> {
  const over = new AbortController();
  if (principal.kind === 'key') return { signal: over.signal, stop: async () => {} };
  const { account, sessionId } = principal;
  // Where it cannot be told the client is sent away too: it comes back and is asked who it is.
  const look = async () => {
    const live = await deps.isSessionLive(account.id, sessionId).catch(() => false);
    if (!live) over.abort();
  };
  // Watching begins before the look, so that an end in between is seen.
  const stop = await deps.streams.subscribe(sessionStream(account.id, sessionId), () => void look());
  await look();
  return { signal: over.signal, stop };
}

/** Tells those who watch these sessions, on every process, that they ended. */
export async function tellSessionsEnded(
  streams: Pick<EventStreams, 'publish'>,
  sessions: readonly { readonly accountId: string; readonly id: string }[],
  at: number,
): Promise<void> {
  for (const { accountId, id } of sessions)
    await streams.publish(sessionStream(accountId, id), { type: 'ended', at, data: {} });
}

function sessionStream(accountId: string, sessionId: string): StreamName {
  return { accountId, of: sessionId };
}
