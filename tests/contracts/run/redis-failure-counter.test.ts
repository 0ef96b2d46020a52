import { randomUUID } from 'node:crypto';
import { RedisFailureCounter } from '@hookswitch/api/failed-attempts/redis-failure-counter';
import { Redis } from 'ioredis';
import { afterAll, expect, it } from 'vitest';
import { failureCounterContract } from '../failure-counter.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

failureCounterContract('redis', () => new RedisFailureCounter(redis, `test:${randomUUID()}:`));

it('a window begins with the first failure and is not made longer by others', async () => {
  const prefix = `test:${randomUUID()}:`;
  const failures = new RedisFailureCounter(redis, prefix);
  await failures.add('192.0.2.1');
  await redis.pexpire(`${prefix}authentication-failures:192.0.2.1`, 10_000);
  expect((await failures.add('192.0.2.1')).secondsLeft).toBeLessThanOrEqual(10);
});
