import { randomUUID } from 'node:crypto';
import { RedisEventStreams } from '@hookswitch/api/event-streams/redis-event-streams';
import { silentLogger } from '@hookswitch/kernel/logger';
import { Redis } from 'ioredis';
import { afterAll, afterEach } from 'vitest';
import { eventStreamsContract } from '../event-streams.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
const made: RedisEventStreams[] = [];
afterEach(async () => {
  for (const streams of made.splice(0)) await streams.close();
});
afterAll(() => redis.quit());

eventStreamsContract('redis', () => {
  const streams = new RedisEventStreams({ redis, logger: silentLogger, prefix: `test:${randomUUID()}:` });
  made.push(streams);
  return streams;
});
