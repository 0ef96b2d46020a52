import type { Clock } from '@hookswitch/kernel/clock';
import { LRUCache } from 'lru-cache';

export interface RateLimitVerdict {
  readonly allowed: boolean;
  /** Requests a second. */
  readonly limit: number;
  /** Requests that may follow at once. */
  readonly remaining: number;
  /** Seconds until at least one more is allowed (0 when one is), and until all are. */
  readonly retryAfterSeconds: number;
  readonly resetSeconds: number;
}

/**
 * A token bucket for each account, agent or address: as many requests at once as the limit allows in one second (at least 10), refilled evenly. Each process counts for itself.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #buckets: LRUCache<string, { tokens: number; at: number }>;

  constructor(clock: Clock, most = 100_000) {
    this.#clock = clock;
    this.#buckets = new LRUCache({ max: most });
  }

  /** Takes one token of that account, agent or address, if there is one. */
  take(whose: string, perSecond: number): RateLimitVerdict {
    const now = this.#clock.monotonic();
    const size = Math.max(10, perSecond);
    let bucket = this.#buckets.get(whose);
    if (!bucket) this.#buckets.set(whose, (bucket = { tokens: size, at: now }));
    bucket.tokens = Math.min(size, bucket.tokens + (Math.max(0, now - bucket.at) * perSecond) / 1000);
    bucket.at = now;
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    return {
      allowed,
      limit: perSecond,
      remaining: Math.floor(bucket.tokens),
      retryAfterSeconds: bucket.tokens >= 1 ? 0 : (1 - bucket.tokens) / perSecond,
      resetSeconds: (size - bucket.tokens) / perSecond,
    };
  }
}
