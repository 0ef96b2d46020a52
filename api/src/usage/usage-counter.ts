/**
 * What each account talked, by UTC day. A hint for caps and a figure for people: bills are made from CDRs.
 */
export interface UsageCounter {
  /** One call is over. It counts in this process's answers at once, in others' a moment later. */
  add(call: EndedCallUsage): void;
  /** Resolves when what was added is kept, or given up. Before this process ends. */
  flush(): Promise<void>;
  /** Sums of the days from `from` to `to`, both `YYYY-MM-DD` and included, the earliest first; days without calls are left out. */
  days(accountId: string, from: string, to: string): Promise<readonly UsageDay[]>;
  /** Seconds of answered outbound calls of that UTC day. */
  outboundSeconds(accountId: string, day: string): Promise<number>;
}

export interface EndedCallUsage {
  readonly accountId: string;
  readonly direction: 'inbound' | 'outbound';
  /** UTC day in which the call ended, `YYYY-MM-DD`. */
  readonly day: string;
  /** Seconds talked; 0 for a call that was not answered. */
  readonly seconds: number;
}

export interface UsageDay {
  readonly day: string;
  readonly inboundCalls: number;
  readonly inboundSeconds: number;
  readonly outboundCalls: number;
  readonly outboundSeconds: number;
}

/** The UTC day of a time in milliseconds since the epoch, `YYYY-MM-DD`. */
export function utcDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
