import { type BreakerSettings, defaultBreaker } from './circuit-breaker.js';
import type { LaneLimits } from './lane.js';
import { type RetrySchedule, svixSchedule } from './retry-schedule.js';

/** How deliveries behave; every value has its default in `defaultDeliverySettings`. */
export interface DeliverySettings {
  readonly schedule: RetrySchedule;
  readonly breaker: BreakerSettings;
  readonly lane: LaneLimits;
  /** For one request, its answer included. */
  readonly timeoutMs: number;
  /**
   * Who took a delivery and is silent for so long has lost it: what a process that died held is sent by another after so long at most. Twice as long as a
   * request and more, since what waits in a lane until less than a request's time is left goes back to the store.
   */
  readonly leaseMs: number;
  /** How much of an answer is read; a longer one counts as a failure. */
  readonly maxResponseBytes: number;
  /** How much of an answer is kept, in characters. */
  readonly keptResponseLength: number;
  /** The longest a destination may hold all its deliveries back with `Retry-After`. */
  readonly maxHoldMs: number;
}

export const defaultDeliverySettings: DeliverySettings = {
  schedule: svixSchedule,
  breaker: defaultBreaker,
  lane: { startConcurrency: 8, maxConcurrency: 32, maxWaiting: 1_000 },
  timeoutMs: 15_000,
  leaseMs: 45_000,
  maxResponseBytes: 1024 * 1024,
  keptResponseLength: 1_000,
  maxHoldMs: 60_000,
};
