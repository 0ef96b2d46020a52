/**
 * When numbers were called, for limits of frequency (`CentreSettings.calleeLimits`). It refuses to know the limits.
 *
 * What must hold: noting a call and telling the earlier ones is one step over all processes, so that of calls in the same moment each sees those that came before it; nothing is
 * kept longer than it is told.
 */
export interface CalleeHistory {
  /** Notes a call to that number, and tells which came before it within `keepMs`; it is forgotten after that. */
  note(accountId: string, number: string, at: number, keepMs: number): Promise<NotedCall>;
}

export interface NotedCall {
  /** When the number was called before, milliseconds since the epoch, in order. */
  readonly earlier: readonly number[];
  /** It was not called after all. */
  forget(): Promise<void>;
}
