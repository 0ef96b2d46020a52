/**
 * What a later process needs to go on with a session of a relay, without a new offer: plain JSON, from `MediaRelay.snapshot`, for `MediaRelay.takeOver`. It holds no keys of the
 * media: those stay in the relay.
 */
export interface RelaySessionSnapshot {
  readonly sessionId: string;
  /** The driver that made it. No other reads it. */
  readonly driver: string;
  /** The driver's own; JSON. */
  readonly state: unknown;
}
