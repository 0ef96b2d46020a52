import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Redis } from 'ioredis';
import type { EndedCallUsage, UsageCounter, UsageDay } from './usage-counter.js';

const keepSeconds = 400 * 86_400;
const dayMs = 86_400_000;
/** Calls that end within so long are counted together. */
const gatherMs = 100;

export interface RedisUsageCounterDeps {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Before every key. Default `hookswitch:`. */
  readonly prefix?: string;
}

/** Counts in Redis: a hash for each account and day, forgotten after 400 days. Calls that end close to each other are one write. */
export class RedisUsageCounter implements UsageCounter {
  readonly #redis: Redis;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #prefix: string;
  /** What is not sent yet: by hash, then by field. */
  readonly #waiting = new Map<string, Map<string, number>>();
  #cancel: (() => void) | undefined;

  constructor({ redis, clock, logger, prefix = 'hookswitch:' }: RedisUsageCounterDeps) {
    this.#redis = redis;
    this.#clock = clock;
    this.#logger = logger;
    this.#prefix = prefix;
  }

  add({ accountId, direction, day, seconds }: EndedCallUsage): void {
    const key = this.#key(accountId, day);
    let fields = this.#waiting.get(key);
    if (!fields) this.#waiting.set(key, (fields = new Map()));
    for (const [field, more] of [
      [`${direction}Calls`, 1],
      [`${direction}Seconds`, seconds],
    ] as const) {
      fields.set(field, (fields.get(field) ?? 0) + more);
    }
    this.#cancel ??= this.#clock.after(gatherMs, () => void this.flush());
  }

  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#waiting.size === 0) return;
    const pipeline = this.#redis.pipeline();
    for (const [key, fields] of this.#waiting) {
      for (const [field, more] of fields) pipeline.hincrby(key, field, more);
      pipeline.expire(key, keepSeconds);
    }
    this.#waiting.clear();
    await pipeline
      .exec()
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'The usage of calls was not counted.'));
  }

  async days(accountId: string, from: string, to: string): Promise<readonly UsageDay[]> {
    void this.flush();
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
    // Commands of one connection are carried out in order.
    void this.flush();
    return Number((await this.#redis.hget(this.#key(accountId, day), 'outboundSeconds')) ?? 0);
  }

  #key(accountId: string, day: string): string {
    return `${this.#prefix}usage:${accountId}:${day}`;
  }
}
