import type { Redis } from 'ioredis';
import { type FailureCounter, type Failures, failureWindowSeconds } from './failure-counter.js';

/** Counts in Redis: a number for each that tries, which is forgotten with its window. */
export class RedisFailureCounter implements FailureCounter {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix = 'hookswitch:') {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  async add(who: string, windowSeconds = failureWindowSeconds): Promise<Failures> {
    const key = this.#key(who);
    const answers = await this.#redis.multi().set(key, 0, 'EX', windowSeconds, 'NX').incr(key).pttl(key).exec();
    return toFailures(answers?.slice(1));
  }

  async read(who: string): Promise<Failures> {
    const key = this.#key(who);
    return toFailures((await this.#redis.multi().get(key).pttl(key).exec()) ?? undefined);
  }

  async clear(who: string): Promise<void> {
    await this.#redis.del(this.#key(who));
  }

  #key(who: string): string {
    return `${this.#prefix}authentication-failures:${who}`;
  }
}

/** What Redis says of the number and of the milliseconds that it has left; both commands ran, or none. */
function toFailures(answers: [Error | null, unknown][] | undefined): Failures {
  const [count, leftMs] = (answers ?? []).map(([error, value]) => {
    if (error) throw error;
    return Number(value ?? 0);
  });
  return { count: count ?? 0, secondsLeft: Math.max(0, Math.ceil((leftMs ?? 0) / 1000)) };
}
