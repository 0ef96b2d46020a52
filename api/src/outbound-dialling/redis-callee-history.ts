import type { Random } from '@hookswitch/kernel/random';
import type { Redis } from 'ioredis';
import type { CalleeHistory, NotedCall } from './callee-history.js';

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

  async note(accountId: string, number: string, at: number, keepMs: number): Promise<NotedCall> {
    const set = this.#key(accountId, number);
    const call = `${at}:${Buffer.from(this.#random.bytes(8)).toString('hex')}`;
    const answers = await this.#redis
      .multi()
      .zremrangebyscore(set, '-inf', at - keepMs)
      .zrange(set, 0, -1, 'WITHSCORES')
      .zadd(set, at, call)
      .pexpire(set, Math.max(1, Math.ceil(keepMs)))
      .exec();
    const [failure, found] = answers?.[1] ?? [new Error('Redis did not answer.'), []];
    if (failure) throw failure;
    return {
      earlier: (found as string[]).filter((_, place) => place % 2 === 1).map(Number),
      forget: async () => {
        await this.#redis.zrem(set, call);
      },
    };
  }

  #key(accountId: string, number: string): string {
    return `${this.#prefix}callees:${accountId}:${number}`;
  }
}
