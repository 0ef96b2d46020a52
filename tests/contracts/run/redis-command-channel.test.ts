import { randomUUID } from 'node:crypto';
import { RedisCommandChannel } from '@hookswitch/api/calls/redis-command-channel';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { commandChannelContract } from '../command-channel.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
const channels: RedisCommandChannel[] = [];
afterAll(async () => {
  for (const channel of channels) await channel.close();
  await redis.quit();
});

commandChannelContract('redis', async (clock) => {
  const prefix = `test:${randomUUID()}:`;
  const mine = await RedisCommandChannel.open({ redis, clock, prefix, processId: 'mine' });
  const theirs = await RedisCommandChannel.open({ redis, clock, prefix, processId: 'theirs' });
  channels.push(mine, theirs);
  return { mine, theirs };
});
