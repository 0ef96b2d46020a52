import { randomUUID } from 'node:crypto';
import { RedisCalleeHistory } from '@hookswitch/api/outbound-dialling/redis-callee-history';
import { systemRandom } from '@hookswitch/kernel/random';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { calleeHistoryContract } from '../callee-history.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

calleeHistoryContract('redis', () => new RedisCalleeHistory(redis, systemRandom, `test:${randomUUID()}:`));
