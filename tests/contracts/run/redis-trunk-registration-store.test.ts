import { randomUUID } from 'node:crypto';
import { createRedisTrunkRegistrationStore } from '@hookswitch/api/registrations/redis-trunk-registration-store';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { trunkRegistrationStoreContract } from '../trunk-registration-store.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

trunkRegistrationStoreContract('redis', async (clock) =>
  createRedisTrunkRegistrationStore(redis, clock, `test:${randomUUID()}:`),
);
