import { randomUUID } from 'node:crypto';
import { pause, systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { BullJobQueue } from '@hookswitch/workers/bull-job-queue';
import { Redis, type RedisOptions } from 'ioredis';
import { afterAll } from 'vitest';
import { jobQueueContract } from '../job-queue.contract.js';

const made: BullJobQueue[] = [];
afterAll(async () => {
  await Promise.all(made.map((queue) => queue.close()));
});

jobQueueContract('bull', async () => {
  const redisUrl = process.env.REDIS_URL!;
  const connect = (options: RedisOptions) => new Redis(redisUrl, options);
  const queue = new BullJobQueue({ connect, logger: silentLogger, prefix: `{test-${randomUUID()}}` });
  made.push(queue);
  return { queue, pass: (ms) => pause(systemClock, ms) };
});
