import type { EventStore } from '@hookswitch/api/events/index';
import { type PublicEvent, storedEvent } from '@hookswitch/api/webhooks/index';
import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';

/** Where events are kept: the same sentences for every store. `make` gives an empty one. */
export function eventStoreContract(name: string, make: () => Promise<EventStore>): void {
  describe(`event store contract: ${name}`, () => {
    async function setUp() {
      const clock = new ManualClock();
      const newId = idMaker(clock, seededRandom(1));
      const accountId = newId('AC');
      const store = await make();
      const event = (more: Partial<PublicEvent> = {}) => {
        clock.advance(1);
        return storedEvent({
          id: newId('EV'),
          type: 'call.updated',
          timestamp: new Date(clock.now()).toISOString(),
          accountId,
          data: { 'a.b': 1, $c: { __proto__x: null } },
          ...more,
        });
      };
      return { store, newId, accountId, event };
    }

    it('gives back what was stored, to its account only', async () => {
      const { store, event, accountId, newId } = await setUp();
      const one = event({ callId: newId('CA'), sequence: 1 });
      await store.insertMany([one]);
      expect(await store.get(accountId, one.id)).toEqual(one);
      expect(await store.get(newId('AC'), one.id)).toBeUndefined();
      expect(await store.get(accountId, newId('EV'))).toBeUndefined();
    });

    it('stores each event once and never changes it, whatever is in the batch', async () => {
      const { store, event, accountId } = await setUp();
      const [a, b, c] = [event(), event(), event()];
      await store.insertMany([]);
      await store.insertMany([a]);
      await store.insertMany([{ ...a, payload: 'changed' }, b, a, c]);
      expect(await store.list(accountId, {}, { limit: 10 })).toEqual([c, b, a]);
      expect([...(await store.getMany([a.id, c.id, 'EVnone']))].sort((x, y) => (x.id < y.id ? -1 : 1))).toEqual([a, c]);
    });

    it('lists by type, call and time, newest first, in pages, and forward from an event', async () => {
      const { store, event, accountId, newId } = await setUp();
      const callId = newId('CA');
      // Made in one millisecond, ids are in random order: the sequence decides.
      const ofCall = [3, 1, 2].map((sequence) => event({ callId, sequence, type: 'call.answered' }));
      const others = [event(), event()];
      await store.insertMany([...ofCall, ...others]);
      const sequences = (found: readonly { sequence?: number }[]) => found.map(({ sequence }) => sequence);
      expect(sequences(await store.list(accountId, { subjectId: callId }, { limit: 10 }))).toEqual([3, 2, 1]);
      const [second] = await store.list(accountId, { subjectId: callId }, { limit: 1, before: ofCall[0]!.id });
      expect(second!.sequence).toBe(2);
      expect(await store.list(accountId, { types: ['call.updated'] }, { limit: 10 })).toEqual([...others].reverse());
      const range = { from: ofCall[1]!.timestamp, to: others[0]!.timestamp };
      expect(await store.list(accountId, range, { limit: 10 })).toEqual([others[0], ofCall[2], ofCall[1]]);
      expect(await store.list(accountId, {}, { limit: 2, before: others[0]!.id })).toEqual([ofCall[2], ofCall[1]]);
      expect(await store.listForward(accountId, {}, { limit: 2, after: ofCall[2]!.id })).toEqual(others);
      expect(await store.list(newId('AC'), {}, { limit: 10 })).toEqual([]);
    });

    it('removes what is older than a time', async () => {
      const { store, event, accountId } = await setUp();
      const [a, b, c] = [event(), event(), event()];
      await store.insertMany([a, b, c]);
      expect(await store.removeBefore(c.timestamp)).toBe(2);
      expect(await store.list(accountId, {}, { limit: 10 })).toEqual([c]);
    });
  });
}
