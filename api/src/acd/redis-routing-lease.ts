import type { Redis } from 'ioredis';
import { RedisClaims } from '../store/redis-claims.js';
import type { RoutingLease } from './routing-lease.js';

/** Leases in Redis: a key per account that runs out. */
export class RedisRoutingLease implements RoutingLease {
  readonly #claims: RedisClaims;

  constructor(redis: Redis, prefix = 'hookswitch:') {
    this.#claims = new RedisClaims(redis, `${prefix}acd:routing-lease:`);
  }

  async hold(holder: string, accountIds: readonly string[], ttlMs: number): Promise<readonly string[]> {
    const holders = await this.#claims.claim(accountIds, holder, ttlMs);
    return accountIds.filter((_, at) => holders[at] === holder);
  }

  release(holder: string, accountIds: readonly string[]): Promise<void> {
    return this.#claims.release(accountIds, holder);
  }
}
