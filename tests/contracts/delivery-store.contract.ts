import type { Delivery, Settlement } from '@hookswitch/api/webhooks/delivery';
import type { DeliveryStore } from '@hookswitch/api/webhooks/index';
import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';

/** Where deliveries and attempts are kept: the same sentences for every store. `make` gives an empty one. */
export function deliveryStoreContract(name: string, make: () => Promise<DeliveryStore>): void {
  describe(`delivery store contract: ${name}`, () => {
    async function setUp() {
      const clock = new ManualClock(1_000_000);
      const newId = idMaker(clock, seededRandom(1));
      const accountId = newId('AC');
      const endpointId = newId('WH');
      const store = await make();
      const delivery = (more: Partial<Delivery> = {}): Delivery => {
        const eventId = newId('EV');
        return {
          id: `${eventId}:${endpointId}`,
          accountId,
          eventId,
          eventType: 'call.updated',
          lane: endpointId,
          endpointId,
          status: 'pending',
          attempts: 0,
          nextAttemptAt: 100,
          createdAt: 100,
          ...more,
        };
      };
      const settlement = (one: Delivery, claim: string, more: Partial<Settlement> = {}): Settlement => {
        clock.advance(1);
        return {
          deliveryId: one.id,
          claim,
          status: 'delivered',
          attempts: 1,
          nextAttemptAt: 0,
          attempt: {
            id: newId('DA'),
            accountId,
            deliveryId: one.id,
            eventId: one.eventId,
            eventType: one.eventType,
            endpointId,
            url: 'https://example.com',
            number: 1,
            status: 'succeeded',
            attemptedAt: 150,
            durationMs: 5,
          },
          ...more,
        };
      };
      const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id).sort();
      return { store, newId, accountId, endpointId, delivery, settlement, ids };
    }

    it('stores each delivery once and says which it stored', async () => {
      const { store, delivery, endpointId } = await setUp();
      const [a, b, c] = [delivery(), delivery(), delivery()];
      expect(await store.insertNew([])).toEqual(new Set());
      expect(await store.insertNew([b])).toEqual(new Set([b.id]));
      expect(await store.insertNew([a, { ...b, attempts: 7 }, c])).toEqual(new Set([a.id, c.id]));
      expect((await store.due(endpointId, 100, 10)).map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
      expect(await store.insertNew([a, b, c])).toEqual(new Set());
    });

    it('gives what is due in a lane, the longest overdue first', async () => {
      const { store, delivery, endpointId, newId } = await setUp();
      const [late, early, later] = [200, 100, 300].map((nextAttemptAt) => delivery({ nextAttemptAt }));
      const elsewhere = delivery({ lane: newId('WH'), nextAttemptAt: 50 });
      await store.insertNew([late!, early!, later!, elsewhere, delivery({ status: 'delivered' })]);
      expect(await store.due(endpointId, 250, 10)).toEqual([early, late]);
      expect(await store.due(endpointId, 250, 1)).toEqual([early]);
      const lanes = await store.dueLanes(250, 10);
      expect(lanes.map(({ lane }) => lane).sort()).toEqual([endpointId, elsewhere.lane].sort());
      expect(await store.dueLanes(49, 10)).toEqual([]);
    });

    it('lets one of two claims have a delivery, and another once the lease is over', async () => {
      const { store, delivery, ids } = await setUp();
      const [a, b] = [delivery(), delivery({ nextAttemptAt: 500 })];
      await store.insertNew([a, b]);
      const both = await Promise.all(['one', 'two'].map((claim) => store.claim([a.id, b.id], claim, 200, 1000)));
      expect(ids(both.flat())).toEqual([a.id]); // b is not due
      expect(await store.claim([a.id], 'three', 999, 2000)).toEqual([]);
      const [got] = await store.claim([a.id], 'three', 1000, 2000);
      expect(got).toMatchObject({ id: a.id, claim: 'three', nextAttemptAt: 2000 });
    });

    it('settles under the claim that holds, keeps the attempt in any case, and changes nothing under a lost one', async () => {
      const { store, delivery, settlement, accountId, endpointId } = await setUp();
      const [a, b] = [delivery(), delivery()];
      await store.insertNew([a, b]);
      await store.claim([a.id, b.id], 'mine', 200, 300);
      await store.claim([b.id], 'theirs', 300, 400);
      const done = settlement(a, 'mine');
      const lost = settlement(b, 'mine');
      await store.settle([done, lost]);
      await store.settle([done]); // written twice after a lost answer
      const [first, second] = await store.getMany([a.id, b.id].sort());
      const byId = new Map([first!, second!].map((one) => [one.id, one]));
      expect(byId.get(a.id)).toMatchObject({ status: 'delivered', attempts: 1 });
      expect(byId.get(a.id)).not.toHaveProperty('claim');
      expect(byId.get(b.id)).toMatchObject({ status: 'pending', attempts: 0, claim: 'theirs' });
      const attempts = await store.attempts(accountId, { endpointId }, { limit: 10 });
      expect(attempts).toEqual([lost.attempt, done.attempt]);
      expect(await store.attempts(accountId, { status: 'failed' }, { limit: 10 })).toEqual([]);
      expect(await store.attempts(accountId, {}, { limit: 10, before: lost.attempt.id })).toEqual([done.attempt]);
      expect(await store.attempt(accountId, done.attempt.id)).toEqual(done.attempt);
      expect(await store.attempt('ACother', done.attempt.id)).toBeUndefined();
    });

    it('gives claimed ones back at a time', async () => {
      const { store, delivery, endpointId } = await setUp();
      const a = delivery();
      await store.insertNew([a]);
      await store.claim([a.id], 'mine', 200, 9000);
      await store.release([a.id], 'theirs', 250);
      expect(await store.due(endpointId, 300, 10)).toEqual([]);
      await store.release([a.id], 'mine', 250);
      expect(await store.due(endpointId, 300, 10)).toEqual([{ ...a, nextAttemptAt: 250 }]);
    });

    it('knows which first attempts of a call are still to come', async () => {
      const { store, delivery, newId, settlement, endpointId } = await setUp();
      const subjectId = newId('CA');
      const [one, two] = [1, 2].map((sequence) => delivery({ subjectId, sequence }));
      await store.insertNew([
        one!,
        two!,
        delivery({ subjectId, sequence: 3, lane: 'other' }),
        delivery({ subjectId: newId('CA'), sequence: 1 }),
      ]);
      await store.claim([one!.id], 'mine', 200, 300);
      await store.settle([settlement(one!, 'mine', { status: 'pending', nextAttemptAt: 5000 })]);
      expect(await store.untried([subjectId], endpointId)).toEqual([
        { id: two!.id, lane: endpointId, subjectId, sequence: 2 },
      ]);
      expect((await store.untried([subjectId])).map(({ sequence }) => sequence).sort()).toEqual([2, 3]);
    });

    it('starts deliveries again, whatever they were, and gives up a lane', async () => {
      const { store, delivery, settlement, endpointId, accountId, ids } = await setUp();
      const [old, fresh] = [delivery(), delivery()];
      await store.insertNew([old]);
      await store.claim([old.id], 'mine', 200, 300);
      await store.settle([settlement(old, 'mine')]);
      await store.restart([old, fresh], 700);
      expect(await store.attempts(accountId, { status: 'succeeded' }, { limit: 10 })).toHaveLength(1); // what was stays known
      const due = await store.due(endpointId, 700, 10);
      expect(ids(due)).toEqual(ids([old, fresh]));
      expect(due.map(({ attempts, status }) => [attempts, status])).toEqual([
        [0, 'pending'],
        [0, 'pending'],
      ]);
      await store.abandon(endpointId);
      expect(await store.due(endpointId, 700, 10)).toEqual([]);
      expect((await store.getMany([old.id])).map(({ status }) => status)).toEqual(['given-up']);
    });

    it('removes old attempts and settled deliveries, never pending ones', async () => {
      const { store, delivery, settlement, accountId, ids } = await setUp();
      const [pending, done, young] = [delivery(), delivery(), delivery({ createdAt: 900, status: 'delivered' })];
      await store.insertNew([pending, done, young]);
      await store.claim([done.id], 'mine', 200, 300);
      await store.settle([settlement(done, 'mine')]);
      expect(await store.removeBefore(500)).toBeGreaterThan(0);
      expect(await store.attempts(accountId, {}, { limit: 10 })).toEqual([]);
      expect(ids(await store.getMany([pending.id, done.id, young.id]))).toEqual(ids([pending, young]));
    });
  });
}
