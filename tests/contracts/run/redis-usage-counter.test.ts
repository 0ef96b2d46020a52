import { randomUUID } from 'node:crypto';
import { RedisUsageCounter } from '@hookswitch/api/usage/redis-usage-counter';
import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { usageCounterContract } from '../usage-counter.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

usageCounterContract('redis', async () => ({
  usage: new RedisUsageCounter({ redis, clock: systemClock, logger: silentLogger, prefix: `test:${randomUUID()}:` }),
  accountId: 'AC1',
  counted: async () => {},
}));

describe('RedisUsageCounter', () => {
  it('counts calls that end close to each other with one write, and those of a process that stops', async () => {
    const clock = new ManualClock();
    const prefix = `test:${randomUUID()}:`;
    const [writer, reader] = [0, 1].map(() => new RedisUsageCounter({ redis, clock, logger: silentLogger, prefix }));
    const seconds = () => reader!.outboundSeconds('AC1', '2026-03-01');
    const add = () => writer!.add({ accountId: 'AC1', day: '2026-03-01', direction: 'outbound', seconds: 2 });
    add();
    add();
    expect(await seconds()).toBe(0);
    clock.advance(100);
    expect(await seconds()).toBe(4);
    add();
    await writer!.flush();
    expect(await seconds()).toBe(6);
    expect(clock.pending).toBe(0);
  });
});
