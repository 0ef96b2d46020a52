import type { Random } from '@hookswitch/kernel/random';
import type { Redis } from 'ioredis';
import type { CalleeHistory } from './callee-history.js';

/** One sorted set per account and number, by time. */
export class RedisCalleeHistory implements CalleeHistory {
  readonly #redis: Redis;
  readonly #random: Random;
  readonly #prefix: string;

  constructor(redis: Redis, random: Random, prefix = 'hookswitch:') {
    this.#redis = redis;
    this.#random = random;
    this.#prefix = prefix;
  }

  async since(accountId: string, number: string, from: number): Promise<readonly number[]> {
    const found = await this.#redis.zrangebyscore(this.#key(accountId, number), `(${from}`, '+inf', 'WITHSCORES');
    return found.filter((_, at) => at % 2 === 1).map(Number);
  }

  async note(accountId: string, number: string, at: number, keepMs: number): Promise<void> {
    const set = this.#key(accountId, number);
    await this.#redis
      .multi()
      .zremrangebyscore(set, '-inf', at - keepMs)
      .zadd(set, at, `${at}:${Buffer.from(this.#random.bytes(8)).toString('hex')}`)
      .pexpire(set, Math.max(1, Math.ceil(keepMs)))
      .exec();
  }

  #key(accountId: string, number: string): string {
    return `${this.#prefix}callees:${accountId}:${number}`;
  }
}
