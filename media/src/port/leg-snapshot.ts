import type { LiveCall, LiveRecording } from './live-call.js';

/**
 * What a later process of the same node needs to go on with an answered leg: plain JSON, taken from `LiveCall.snapshot` and given to `CallEngine.restore`.
 *
 * It is secret: it holds what makes somebody a party of the call (tags, keys of its media), and the password of a carrier that asks for one. Whoever stores it encrypts it.
 */
export interface LegSnapshot {
  readonly callId: string;
  /** The driver that made it. No other reads it. */
  readonly driver: string;
  /** Of `state`: a driver refuses those of other versions. */
  readonly version: number;
  /** The driver's own; JSON. */
  readonly state: unknown;
}

/** A leg that was taken over. */
export interface RestoredLeg {
  readonly call: LiveCall;
  /** Those that a former process began, running or ended: nobody knows whether it lived to see to the end of one. The `finished` of an ended one is settled. */
  readonly recordings: readonly LiveRecording[];
}
