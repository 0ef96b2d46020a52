import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RedisEventStreams } from '@hookswitch/api/event-streams/redis-event-streams';
import { silentLogger } from '@hookswitch/kernel/logger';
import { Redis } from 'ioredis';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { eventStreamsContract } from '../event-streams.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
const made: RedisEventStreams[] = [];
afterEach(async () => {
  for (const streams of made.splice(0)) await streams.close();
});
afterAll(() => redis.quit());

function newStreams(): RedisEventStreams {
  const streams = new RedisEventStreams({ redis, logger: silentLogger, prefix: `test:${randomUUID()}:` });
  made.push(streams);
  return streams;
}

eventStreamsContract('redis', newStreams);

describe('streams whose connection comes about', () => {
  // Clients that came in between, first of all in a busy process, got a stream that ended before it said `ready`.
  it('take subscriptions at every moment of it', async () => {
    const streams = newStreams();
    let connected = false;
    const subscribe = (n: number) => streams.subscribe({ accountId: 'AC1', of: `AG${n}` }, () => {});
    const subscriptions = [subscribe(0).finally(() => (connected = true))];
    while (!connected) {
      await nextTurn();
      subscriptions.push(subscribe(subscriptions.length));
    }
    const failed = (await Promise.allSettled(subscriptions)).filter(({ status }) => status === 'rejected');
    expect(failed).toEqual([]);
    expect(subscriptions.length).toBeGreaterThan(2);
  });
});
