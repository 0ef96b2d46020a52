import { randomUUID } from 'node:crypto';
import { createRedisBindingStore } from '@hookswitch/api/registrations/redis-binding-store';
import { pause, systemClock } from '@hookswitch/kernel/clock';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { bindingStoreContract } from '../binding-store.contract.js';

const redis = new Redis(process.env.REDIS_URL!);
afterAll(() => redis.quit());

bindingStoreContract('redis', async () => ({
  store: createRedisBindingStore(redis, systemClock, `test:${randomUUID()}:`),
  clock: systemClock,
  pass: (ms) => pause(systemClock, ms),
}));

describe('bindings in Redis', () => {
  it.each([3_600_000, -3_600_000])(
    'count for nodes whose clocks differ by %i ms as long as for each other',
    async (ms) => {
      const prefix = `test:${randomUUID()}:`;
      const here = new ManualClock(Date.now());
      const there = new ManualClock(Date.now() + ms);
      const [one, other] = [here, there].map((clock) => createRedisBindingStore(redis, clock, prefix));
      const received = { address: '127.0.0.1', port: 5062, transport: 'udp' } as const;
      const phone = { contact: 'sip:anna@10.0.0.5', received, node: 'n1', callId: 'a', cseq: 1, userAgent: 'desk' };
      await one!.save('SE1', { ...phone, expiresAt: here.now() + 60_000 });
      const [seen] = await other!.list('SE1');
      expect((seen?.expiresAt ?? 0) - there.now()).toSatisfy((left: number) => left > 30_000 && left < 90_000);
      there.setTimeOn(ms);
      expect(await other!.list('SE1')).toHaveLength(1);
    },
  );
});
