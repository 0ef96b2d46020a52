import { randomUUID } from 'node:crypto';
import { RedisUsageCounter } from '@hookswitch/api/usage/redis-usage-counter';
import { silentLogger } from '@hookswitch/kernel/logger';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { usageCounterContract } from '../usage-counter.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

usageCounterContract('redis', async () => ({
  usage: new RedisUsageCounter(redis, silentLogger, `test:${randomUUID()}:`),
  accountId: 'AC1',
  // Commands of one connection are carried out in order.
  counted: async () => void (await redis.ping()),
}));
