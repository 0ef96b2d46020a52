import { randomUUID } from 'node:crypto';
import { RedisKeptCallStore } from '@hookswitch/api/calls/resume/redis-kept-call-store';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { keptCallStoreContract } from '../kept-call-store.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

keptCallStoreContract('redis', async () => {
  const prefix = `test:${randomUUID()}:`;
  return {
    store: new RedisKeptCallStore(redis, prefix),
    // As if that time had passed: so much less is left.
    async expire(nodeId, ms) {
      const key = `${prefix}kept-calls:${nodeId}`;
      const left = (await redis.pttl(key)) - ms;
      if (left > 0) await redis.pexpire(key, left);
      else await redis.del(key);
    },
  };
});
