import { randomUUID } from 'node:crypto';
import { createRedisBindingStore } from '@hookswitch/api/registrations/redis-binding-store';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { bindingStoreContract } from '../binding-store.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

bindingStoreContract('redis', async (clock) => createRedisBindingStore(redis, clock, `test:${randomUUID()}:`));
