import { randomUUID } from 'node:crypto';
import { RedisNodeLeases } from '@hookswitch/api/nodes/redis-node-leases';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { nodeLeasesContract } from '../node-leases.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

nodeLeasesContract('redis', async () => ({
  leases: new RedisNodeLeases(redis, `test:${randomUUID()}:`),
  pass: () => new Promise((resolve) => setImmediate(resolve)),
}));
