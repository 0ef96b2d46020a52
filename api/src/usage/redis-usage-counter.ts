import type { Logger } from '@hookswitch/kernel/logger';
import type { Redis } from 'ioredis';
import type { EndedCallUsage, UsageCounter, UsageDay } from './usage-counter.js';

const keepSeconds = 400 * 86_400;
const dayMs = 86_400_000;

/** Counts in Redis: a hash for each account and day, forgotten after 400 days. */
export class RedisUsageCounter implements UsageCounter {
  readonly #redis: Redis;
  readonly #logger: Logger;
  readonly #prefix: string;

  constructor(redis: Redis, logger: Logger, prefix = 'hookswitch:') {
    this.#redis = redis;
    this.#logger = logger;
    this.#prefix = prefix;
  }

  add({ accountId, direction, day, seconds }: EndedCallUsage): void {
    const key = this.#key(accountId, day);
    this.#redis
      .pipeline()
      .hincrby(key, `${direction}Calls`, 1)
      .hincrby(key, `${direction}Seconds`, seconds)
      .expire(key, keepSeconds)
      .exec()
      .catch((error: unknown) => this.#logger.warn({ err: error, accountId }, 'The usage of a call was not counted.'));
  }

  async days(accountId: string, from: string, to: string): Promise<readonly UsageDay[]> {
    const asked: string[] = [];
    for (let at = Date.parse(from); at <= Date.parse(to); at += dayMs)
      asked.push(new Date(at).toISOString().slice(0, 10));
    const pipeline = this.#redis.pipeline();
    for (const day of asked) pipeline.hgetall(this.#key(accountId, day));
    const answers = (await pipeline.exec()) ?? [];
    return answers.flatMap(([error, hash], index) => {
      if (error) throw error;
      const counts = hash as Record<string, string>;
      if (Object.keys(counts).length === 0) return [];
      const count = (name: string) => Number(counts[name] ?? 0);
      return [
        {
          day: asked[index]!,
          inboundCalls: count('inboundCalls'),
          inboundSeconds: count('inboundSeconds'),
          outboundCalls: count('outboundCalls'),
          outboundSeconds: count('outboundSeconds'),
        },
      ];
    });
  }

  async outboundSeconds(accountId: string, day: string): Promise<number> {
    return Number((await this.#redis.hget(this.#key(accountId, day), 'outboundSeconds')) ?? 0);
  }

  #key(accountId: string, day: string): string {
    return `${this.#prefix}usage:${accountId}:${day}`;
  }
}
