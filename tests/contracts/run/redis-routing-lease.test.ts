import { randomUUID } from 'node:crypto';
import { RedisRoutingLease } from '@hookswitch/api/acd/redis-routing-lease';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { routingLeaseContract } from '../routing-lease.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

routingLeaseContract('redis', async () => ({
  lease: new RedisRoutingLease(redis, `test:${randomUUID()}:`),
  pass: () => new Promise((resolve) => setImmediate(resolve)),
}));
