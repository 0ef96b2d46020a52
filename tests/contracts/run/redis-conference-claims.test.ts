import { randomUUID } from 'node:crypto';
import { RedisConferenceClaims } from '@hookswitch/api/conferences/index';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { conferenceClaimsContract } from '../conference-claims.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

conferenceClaimsContract('redis', async () => ({
  claims: new RedisConferenceClaims(redis, `test:${randomUUID()}:`),
  pass: () => new Promise((resolve) => setImmediate(resolve)),
}));
