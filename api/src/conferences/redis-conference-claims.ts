import type { Redis } from 'ioredis';
import { RedisClaims } from '../store/redis-claims.js';
import { type ConferenceName, conferenceKey } from './conference.js';
import type { ConferenceClaims } from './conference-claims.js';

/** Claims in Redis: a key for each conference, with the account in it, that expires. */
export class RedisConferenceClaims implements ConferenceClaims {
  readonly #claims: RedisClaims;

  constructor(redis: Redis, prefix = 'hookswitch:') {
    this.#claims = new RedisClaims(redis, `${prefix}conferences:`);
  }

  async claim(of: ConferenceName, nodeId: string, ttlMs: number): Promise<string> {
    return (await this.#claims.claim([conferenceKey(of)], nodeId, ttlMs))[0]!;
  }

  async renew(of: readonly ConferenceName[], nodeId: string, ttlMs: number): Promise<readonly ConferenceName[]> {
    const owners = await this.#claims.claim(of.map(conferenceKey), nodeId, ttlMs);
    return of.filter((_, at) => owners[at] !== nodeId);
  }

  release(of: ConferenceName, nodeId: string): Promise<void> {
    return this.#claims.release([conferenceKey(of)], nodeId);
  }

  owners(of: readonly ConferenceName[]): Promise<readonly (string | undefined)[]> {
    return this.#claims.holders(of.map(conferenceKey));
  }
}
