import type { LegSnapshot } from '../../port/leg-snapshot.js';
import type { CallFacts } from '../../port/live-call.js';

/** What a fake leg is made of; the rest is out there. */
export interface FakeLegState {
  readonly direction: 'inbound' | 'outbound';
  readonly facts: CallFacts;
  /** Codecs the caller offered. */
  readonly offered: readonly string[];
}

const driver = 'fake';
const version = 1;

export function fakeSnapshot(callId: string, state: FakeLegState): LegSnapshot {
  return { callId, driver, version, state };
}

/** Undefined where it is another driver's, or another version's. */
export function readFakeSnapshot(snapshot: LegSnapshot): FakeLegState | undefined {
  const isOurs = snapshot.driver === driver && snapshot.version === version;
  return isOurs ? (snapshot.state as FakeLegState) : undefined;
}
