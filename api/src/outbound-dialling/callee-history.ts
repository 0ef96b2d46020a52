/**
 * When numbers were called, for limits of frequency (`CentreSettings.calleeLimits`). It refuses to know the limits.
 *
 * What must hold: what is noted is seen by the next look on every process; nothing is kept longer than it is told.
 */
export interface CalleeHistory {
  /** When the account called that number since then, milliseconds since the epoch. */
  since(accountId: string, number: string, from: number): Promise<readonly number[]>;
  /** Notes a call; it is forgotten after `keepMs`. */
  note(accountId: string, number: string, at: number, keepMs: number): Promise<void>;
}
