/** How often nodes were left by which exit. */
export interface FlowCounts {
  /**
   * Adds to the counts of a version, off the call's path: what is lost is a number in a report. Must not throw.
   * @param at when, milliseconds since the epoch
   */
  add(accountId: string, flowId: string, version: string, at: number, counts: readonly NodeCount[]): void;
}

export interface NodeCount {
  readonly node: string;
  /** `next`, `key 1`, `rule 2`, `end`; `callEnded` where the call was over in the node, `failed` where the node broke. */
  readonly exit: string;
  readonly count: number;
}
