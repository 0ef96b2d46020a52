import type { RelaySessionSnapshot } from '../../port/relay-session-snapshot.js';

/** What another process has to know of a session; the rest rtpengine keeps. */
export interface SessionState {
  /** `host:port` of its rtpengine's control. */
  readonly server: string;
  readonly answered: boolean;
  readonly bundled: boolean;
}

const driver = 'rtpengine';

export function snapshotOf(sessionId: string, { server, answered, bundled }: SessionState): RelaySessionSnapshot {
  return { sessionId, driver, state: { server, answered, bundled } satisfies SessionState };
}

/** Undefined where it is not one of ours. */
export function readSnapshot(snapshot: RelaySessionSnapshot): SessionState | undefined {
  if (snapshot.driver !== driver || typeof snapshot.state !== 'object' || snapshot.state === null) return undefined;
  const { server, answered, bundled } = snapshot.state as Partial<Record<keyof SessionState, unknown>>;
  if (typeof server !== 'string' || typeof answered !== 'boolean' || typeof bundled !== 'boolean') return undefined;
  return { server, answered, bundled };
}
