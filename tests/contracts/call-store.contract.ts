import type { Call } from '@hookswitch/api/call-records/call';
import type { NewCallEvent } from '@hookswitch/api/call-records/call-events';
import { type CallStore, type NewCall, OutboxFullError } from '@hookswitch/api/call-records/call-store';
import type { CallStoreSettings } from '@hookswitch/api/call-records/memory-call-store';
import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Where calls are kept: the same sentences for every store. `make` gives a store with nothing in it. */
export function callStoreContract(name: string, make: (settings: CallStoreSettings) => Promise<CallStore>): void {
  describe(`call store contract: ${name}`, () => {
    const initiated: NewCallEvent = { type: 'call.initiated', data: { why: 'test' } };
    const updated = (by: number): NewCallEvent => ({ type: 'call.updated', data: { by } });

    async function setUp(settings: Partial<CallStoreSettings> = {}) {
      const clock = new ManualClock();
      const newId = idMaker(clock, seededRandom(1));
      const store = await make({ clock, newId, ...settings });
      const accountId = newId('AC');
      const newCall = (more: Partial<NewCall> = {}): NewCall => ({
        id: newId('CA'),
        accountId,
        contactId: newId('CN'),
        direction: 'inbound',
        from: '+14155550100',
        to: '+14155550101',
        status: 'ringing',
        nodeId: 'node-1',
        scriptRevision: 0,
        createdAt: clock.now(),
        tags: {},
        recordingIds: [],
        ...more,
      });
      return { clock, newId, store, accountId, newCall };
    }

    it('gives back what was inserted, with its events numbered from 1', async () => {
      const { store, newCall, accountId, clock } = await setUp();
      const call = newCall({ tags: { 'with.dot': '1', $dollar: '2', ['__proto__']: '3' } });
      const stored = await store.insert(call, [initiated, updated(1)]);
      expect(stored).toMatchObject({ ...call, sequence: 2 });
      expect(stored.pendingEvents).toMatchObject([
        { ...initiated, sequence: 1, occurredAt: clock.now() },
        { ...updated(1), sequence: 2 },
      ]);
      expect(await store.get(accountId, call.id)).toEqual(stored);
      expect(await store.find(call.id)).toEqual(stored);
    });

    it('finds many calls at once, and takes relayed events off many', async () => {
      const { store, newCall } = await setUp();
      const made = [newCall(), newCall(), newCall()];
      for (const call of made) await store.insert(call, [initiated, updated(1)]);
      const [a, b, c] = made.map((call) => call.id);
      expect((await store.findMany([a!, c!, 'CAnone'])).map((call) => call.id).sort()).toEqual([a, c].sort());
      expect(await store.findMany([])).toEqual([]);
      await store.removePendingEventsOf([]);
      await store.removePendingEventsOf([
        { callId: a!, sequence: 1 },
        { callId: b!, sequence: 2 },
        { callId: 'CAnone', sequence: 9 },
      ]);
      const left = (await store.findMany([a!, b!, c!])).map((call) => [call.id, call.pendingEvents.length]);
      expect(Object.fromEntries(left)).toEqual({ [a!]: 1, [b!]: 0, [c!]: 2 });
    });

    it('inserts many calls that are asked for at once, and refuses only the one that is there already', async () => {
      const { store, newCall } = await setUp();
      const known = newCall();
      await store.insert(known, [initiated]);
      const made = [newCall(), newCall(), newCall()];
      const asked = [made[0]!, known, made[1]!, made[2]!].map((call) => store.insert(call, [initiated, updated(1)]));
      const outcome = await Promise.allSettled(asked);
      expect(outcome.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
      const stored = await store.findMany([...made.map(({ id }) => id), known.id]);
      const events = Object.fromEntries(stored.map((call) => [call.id, call.pendingEvents.length]));
      expect(events).toEqual({ ...Object.fromEntries(made.map(({ id }) => [id, 2])), [known.id]: 1 });
    });

    it('carries out changes of many calls that are asked for at once, those that lost a race too', async () => {
      const { store, newCall } = await setUp();
      const made = await Promise.all([1, 2, 3, 4, 5].map(() => store.insert(newCall(), [initiated])));
      const [, second, , fourth] = made;
      await store.change(second!.id, () => ({ events: [updated(1)] }));
      await store.change(fourth!.id, () => ({ set: { status: 'in-progress' } }));
      const tell = (known: Call) =>
        store.change(
          known.id,
          ({ status }) => ({ set: { tags: { at: status } }, events: [updated(2)] }),
          known,
          'soon',
        );
      const none = store.change('CAnone', () => ({ events: [updated(3)] }), { ...second!, id: 'CAnone' });
      const removed = store.removePendingEventsOf(made.map(({ id }) => ({ callId: id, sequence: 1 })));
      const changed = await Promise.all(made.map(tell));
      await removed;
      expect(await none).toBeUndefined();
      expect(changed.map((call) => [call?.tags.at, call?.sequence, call?.revision])).toEqual([
        ['ringing', 2, 2],
        ['ringing', 3, 3],
        ['ringing', 2, 2],
        ['in-progress', 2, 3],
        ['ringing', 2, 2],
      ]);
      for (const [index, { id }] of made.entries()) {
        const pending = (await store.find(id))!.pendingEvents.map(({ sequence }) => sequence);
        expect(pending).toEqual(index === 1 ? [2, 3] : [2]);
      }
    });

    it('dates an event as its giver does, and as it is written otherwise', async () => {
      const { store, newCall, clock } = await setUp();
      const stored = await store.insert(newCall(), [{ ...initiated, occurredAt: clock.now() - 40 }, updated(1)]);
      expect(stored.pendingEvents.map(({ occurredAt }) => occurredAt)).toEqual([clock.now() - 40, clock.now()]);
    });

    it('knows no call of another account', async () => {
      const { store, newCall, newId } = await setUp();
      const { id } = await store.insert(newCall(), []);
      expect(await store.get(newId('AC'), id)).toBeUndefined();
      expect(await store.list(newId('AC'), {}, { limit: 10 })).toEqual([]);
    });

    it('refuses a second call with the same id', async () => {
      const { store, newCall } = await setUp();
      const call = newCall();
      await store.insert(call, []);
      await expect(store.insert(call, [])).rejects.toThrow();
    });

    it('changes the call and pushes its events in one step', async () => {
      const { store, newCall, accountId } = await setUp();
      const call = await store.insert(newCall(), [initiated]);
      const changed = await store.change(
        call.id,
        () => ({ set: { status: 'in-progress', answeredAt: 5 }, events: [{ type: 'call.answered', data: {} }] }),
        call,
      );
      expect(changed).toMatchObject({ status: 'in-progress', answeredAt: 5, sequence: 2 });
      expect(changed!.revision).toBeGreaterThan(call.revision);
      expect(await store.get(accountId, call.id)).toEqual(changed);
    });

    it('leaves the call alone where the decision is undefined, and says undefined of an unknown call', async () => {
      const { store, newCall, newId } = await setUp();
      const call = await store.insert(newCall(), [initiated]);
      expect(await store.change(call.id, () => undefined)).toEqual(call);
      expect(await store.find(call.id)).toEqual(call);
      expect(await store.change(newId('CA'), () => ({ set: { to: 'x' } }))).toBeUndefined();
    });

    it('decides again on the call as it is when the known copy is old', async () => {
      const { store, newCall } = await setUp();
      const old = await store.insert(newCall({ tags: { a: '1' } }), [initiated]);
      await store.change(old.id, (call) => ({ set: { tags: { ...call.tags, b: '2' } } }));
      const changed = await store.change(
        old.id,
        (call) => ({ set: { tags: { ...call.tags, c: '3' } }, events: [updated(1)] }),
        old,
      );
      expect(changed).toMatchObject({ tags: { a: '1', b: '2', c: '3' }, sequence: 2 });
    });

    it('takes the known copy that a change returned as the base of the next', async () => {
      const { store, newCall } = await setUp();
      let call = await store.insert(newCall(), [initiated]);
      for (let by = 1; by <= 5; by++) call = (await store.change(call.id, () => ({ events: [updated(by)] }), call))!;
      expect(call.sequence).toBe(6);
      expect((await store.find(call.id))!.pendingEvents.map((event) => event.sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('tells of every write that pushed events, and only of those', async () => {
      const told: [string, number[]][] = [];
      const { store, newCall } = await setUp({
        onCallEvents: (callId, events) => told.push([callId, events.map((event) => event.sequence)]),
      });
      const { id } = await store.insert(newCall(), [initiated]);
      await store.change(id, () => ({ set: { to: 'somebody' } }));
      await store.change(id, () => ({ events: [updated(1), updated(2)] }));
      expect(told).toEqual([
        [id, [1]],
        [id, [2, 3]],
      ]);
    });

    it('takes events off the outbox up to a sequence, and never numbers one twice', async () => {
      const { store, newCall } = await setUp();
      const { id } = await store.insert(newCall(), [initiated, updated(1), updated(2)]);
      await store.removePendingEvents(id, 2);
      expect((await store.find(id))!.pendingEvents.map((event) => event.sequence)).toEqual([3]);
      await store.removePendingEvents(id, 3);
      expect(await store.withPendingEvents(10)).toEqual([]);
      const changed = await store.change(id, () => ({ events: [updated(3)] }));
      expect(changed).toMatchObject({ sequence: 4, pendingEvents: [{ sequence: 4 }] });
      expect(await store.withPendingEvents(10)).toEqual([{ callId: id }]);
    });

    it('finds calls whose events wait, at most so many', async () => {
      const { store, newCall } = await setUp();
      await store.insert(newCall(), []);
      const waiting = [await store.insert(newCall(), [initiated]), await store.insert(newCall(), [initiated])];
      const found = await store.withPendingEvents(10);
      expect(found.map((each) => each.callId).sort()).toEqual(waiting.map((call) => call.id).sort());
      expect(await store.withPendingEvents(1)).toHaveLength(1);
    });

    it('refuses more events than the outbox holds, except the last ones of the call', async () => {
      const { store, newCall } = await setUp({ maxPendingEvents: 3 });
      const call = await store.insert(newCall({ status: 'in-progress' }), [initiated, updated(1)]);
      const full = await store.change(call.id, () => ({ events: [updated(2)] }), call);
      await expect(store.change(call.id, () => ({ events: [updated(3)] }), full)).rejects.toThrow(OutboxFullError);
      await store.change(call.id, () => ({ set: { to: 'without events' } }));
      const ended = await store.change(call.id, () => ({
        set: { status: 'completed' },
        events: [
          { type: 'call.completed', data: {} },
          { type: 'cdr.created', data: {} },
        ],
      }));
      expect(ended).toMatchObject({ status: 'completed', sequence: 5 });
    });

    it('sees that the outbox was emptied although the known copy says it is full', async () => {
      const { store, newCall } = await setUp({ maxPendingEvents: 2 });
      const known = await store.insert(newCall(), [initiated, updated(1)]);
      await store.removePendingEvents(known.id, 2);
      const changed = await store.change(known.id, () => ({ events: [updated(2)] }), known);
      expect(changed).toMatchObject({ sequence: 3 });
    });

    it("lists the account's calls newest first, in pages that inserts do not disturb", async () => {
      const { store, newCall, accountId, clock } = await setUp();
      const ids: string[] = [];
      for (let each = 0; each < 5; each++) {
        ids.unshift((await store.insert(newCall(), [])).id);
        clock.advance(1);
      }
      const first = await store.list(accountId, {}, { limit: 2 });
      await store.insert(newCall(), []);
      const second = await store.list(accountId, {}, { limit: 10, before: first.at(-1)!.id });
      expect([...first, ...second].map((call) => call.id)).toEqual(ids);
    });

    it('filters by status, parties, direction, parent, contact and time', async () => {
      const { store, newCall, accountId, clock } = await setUp();
      const parent = await store.insert(newCall({ status: 'in-progress' }), []);
      clock.advance(1000);
      const child = await store.insert(
        newCall({
          direction: 'outbound-dial',
          parentCallId: parent.id,
          contactId: parent.contactId,
          to: '+861012345678',
          from: '+442071838750',
        }),
        [],
      );
      const listed = async (filter: Parameters<CallStore['list']>[1]) =>
        (await store.list(accountId, filter, { limit: 10 })).map((call) => call.id);
      expect(await listed({ status: 'in-progress' })).toEqual([parent.id]);
      expect(await listed({ to: '+861012345678' })).toEqual([child.id]);
      expect(await listed({ from: '+442071838750' })).toEqual([child.id]);
      expect(await listed({ direction: 'outbound-dial' })).toEqual([child.id]);
      expect(await listed({ parentCallId: parent.id })).toEqual([child.id]);
      expect(await listed({ contactId: parent.contactId })).toEqual([child.id, parent.id]);
      expect(await listed({ createdFrom: child.createdAt })).toEqual([child.id]);
      expect(await listed({ createdTo: child.createdAt })).toEqual([parent.id]);
      expect(await listed({ status: 'busy' })).toEqual([]);
    });

    it('knows which nodes own calls that are not over', async () => {
      const { store, newCall } = await setUp();
      const first = await store.insert(newCall({ nodeId: 'node-a' }), []);
      const second = await store.insert(newCall({ nodeId: 'node-b' }), []);
      await store.insert(newCall({ nodeId: 'node-c', status: 'failed' }), []);
      expect([...(await store.nodesWithLiveCalls())].sort()).toEqual(['node-a', 'node-b']);
      expect((await store.liveOnNode('node-b')).map((call) => call.id)).toEqual([second.id]);
      await store.change(second.id, () => ({ set: { status: 'canceled' } }));
      expect(await store.nodesWithLiveCalls()).toEqual(['node-a']);
      expect(await store.liveOnNode('node-b')).toEqual([]);
      expect((await store.liveOnNode('node-a')).map((call) => call.id)).toEqual([first.id]);
    });

    it('never loses an event or leaves a gap, however many change one call at once', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ events: fc.integer({ min: 0, max: 3 }), stale: fc.boolean() }), {
            minLength: 2,
            maxLength: 12,
          }),
          fc.nat(3),
          async (writers, removals) => {
            const { store, newCall } = await setUp();
            const known = await store.insert(newCall(), [initiated]);
            const relayed: number[] = [];
            const relay = async () => {
              for (let turn = 0; turn < removals; turn++) {
                const pending = (await store.find(known.id))!.pendingEvents;
                relayed.push(...pending.map((event) => event.sequence));
                await store.removePendingEvents(known.id, pending.at(-1)?.sequence ?? 0);
              }
            };
            await Promise.all([
              ...writers.map(({ events, stale }, writer) =>
                store.change(
                  known.id,
                  (call) => ({
                    set: { tags: { ...call.tags, [`w${writer}`]: 'was here' } },
                    events: Array.from({ length: events }, () => updated(writer)),
                  }),
                  stale ? known : undefined,
                ),
              ),
              relay(),
            ]);
            const after = (await store.find(known.id))!;
            const total = 1 + writers.reduce((sum, writer) => sum + writer.events, 0);
            expect(after.sequence).toBe(total);
            expect(Object.keys(after.tags)).toHaveLength(writers.length);
            expect([...relayed, ...after.pendingEvents.map((event) => event.sequence)]).toEqual(
              Array.from({ length: total }, (_, index) => index + 1),
            );
          },
        ),
        { numRuns: 25 },
      );
    });
  });
}
