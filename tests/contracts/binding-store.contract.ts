import type { BindingStore } from '@hookswitch/api/registrations/binding-store';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Binding } from '@hookswitch/media/port/sip-directory';
import { describe, expect, it } from 'vitest';

interface StoreWorld {
  readonly store: BindingStore;
  readonly clock: Clock;
  /** Lets so many milliseconds pass. */
  readonly pass: (ms: number) => Promise<void>;
}

/** A store may count by a clock of its own, which is read at another moment. */
const nearly = (binding: Binding) => ({ ...binding, expiresAt: expect.closeTo(binding.expiresAt, -4) });

/** Where registered phones can be reached: the same sentences for every store. */
export function bindingStoreContract(name: string, make: () => Promise<StoreWorld>): void {
  describe(`binding store contract: ${name}`, () => {
    const endpoint = 'SE00000000000070008000000000000001';
    const binding = (clock: Clock, contact: string, seconds: number): Binding => ({
      contact,
      received: { address: '127.0.0.1', port: 5062, transport: 'udp' },
      node: 'node-1',
      callId: 'a@phone',
      cseq: 1,
      expiresAt: clock.now() + seconds * 1000,
      userAgent: 'desk phone',
    });

    it('gives back what was saved, the one that expires first first', async () => {
      const { store, clock } = await make();
      const desk = binding(clock, 'sip:anna@10.0.0.5', 3600);
      const mobile = binding(clock, 'sip:anna@10.0.0.9:5070;transport=tcp', 60);
      await Promise.all([store.save(endpoint, desk), store.save(endpoint, mobile)]);
      expect(await store.list(endpoint)).toEqual([nearly(mobile), nearly(desk)]);
    });

    it('replaces the binding with the same contact', async () => {
      const { store, clock } = await make();
      await store.save(endpoint, binding(clock, 'sip:anna@10.0.0.5', 60));
      const renewed = { ...binding(clock, 'sip:anna@10.0.0.5', 3600), cseq: 2 };
      await store.save(endpoint, renewed);
      expect(await store.list(endpoint)).toEqual([nearly(renewed)]);
    });

    it('never gives an expired binding, and keeps one renewed after it expired', async () => {
      const { store, clock, pass } = await make();
      await store.save(endpoint, binding(clock, 'sip:anna@10.0.0.5', 0.05));
      await pass(60);
      expect(await store.list(endpoint)).toEqual([]);
      const renewed = binding(clock, 'sip:anna@10.0.0.5', 60);
      await store.save(endpoint, renewed);
      expect(await store.list(endpoint)).toEqual([nearly(renewed)]);
    });

    it('removes one contact, or all, and nothing of another endpoint', async () => {
      const { store, clock } = await make();
      const other = 'SE00000000000070008000000000000002';
      await store.save(other, binding(clock, 'sip:ben@10.0.0.7', 60));
      for (const contact of ['sip:anna@a', 'sip:anna@b', 'sip:anna@c']) {
        await store.save(endpoint, binding(clock, contact, 60));
      }
      await store.remove(endpoint, 'sip:anna@b');
      await store.remove(endpoint, 'sip:anna@unknown');
      expect((await store.list(endpoint)).map((one) => one.contact)).toEqual(['sip:anna@a', 'sip:anna@c']);
      await store.remove(endpoint, 'all');
      expect(await store.list(endpoint)).toEqual([]);
      expect(await store.list(other)).toHaveLength(1);
    });
  });
}
