import { expect, it } from 'vitest';
import { OwnRedis } from '../peers/own-redis.js';
import { PlatformProcess } from './platform-process.js';

it('a process whose Redis is gone says so in its log, and ends when it is told to', async () => {
  const redis = await OwnRedis.start();
  const platform = await PlatformProcess.start({ settings: { REDIS_URL: redis.url } });
  await redis.kill();
  // 1 where something could not be closed in time.
  expect([0, 1]).toContain(await platform.stop());
  const output = platform.output.join('\n');
  expect(output).toContain('Redis cannot be reached');
  expect(output).not.toContain('Unhandled error event');
});
