import type { Clock } from '@hookswitch/kernel/clock';
import type { UsageCounter } from './usage-counter.js';

/** What the operations on usage need. */
export interface UsageDeps {
  readonly usage: UsageCounter;
  /** Calls of an account that are up or being set up, on all nodes. */
  readonly concurrentCalls: (accountId: string) => Promise<number>;
  readonly clock: Clock;
}
