import { randomUUID } from 'node:crypto';
import { RedisCommandChannel } from '@hookswitch/api/nodes/redis-command-channel';
import { systemClock } from '@hookswitch/kernel/clock';
import { Redis } from 'ioredis';
import { afterAll, expect, it } from 'vitest';
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

it('keeps two installations apart that use databases of one Redis and call their nodes alike', async () => {
  const other = new Redis(process.env.REDIS_URL!, { db: 1 });
  const prefix = `test:${randomUUID()}:`;
  const settings = { clock: systemClock, prefix, processId: 'same' };
  const here = await RedisCommandChannel.open({ ...settings, redis });
  const there = await RedisCommandChannel.open({ ...settings, redis: other });
  channels.push(here, there);
  await there.listen('media-1', async () => 'there');
  await expect(here.send('media-1', { type: 'ask.v1' })).rejects.toMatchObject({ code: 'owner-unreachable' });
  await here.listen('media-1', async () => 'here');
  expect(await here.send('media-1', { type: 'ask.v1' })).toBe('here');
  await other.quit();
});
