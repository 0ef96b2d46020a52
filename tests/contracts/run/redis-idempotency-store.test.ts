import { randomUUID } from 'node:crypto';
import { RedisIdempotencyStore } from '@hookswitch/api/http/redis-idempotency-store';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { idempotencyStoreContract } from '../idempotency-store.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

idempotencyStoreContract(
  'redis',
  async (deps) => new RedisIdempotencyStore(redis, { ...deps, prefix: `test:${randomUUID()}:` }),
);
