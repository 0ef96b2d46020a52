import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import type { Call } from './call.js';
import type { CallChange, DecideCallChange } from './call-store.js';
import { GatheredCalls } from './gathered-calls.js';
import { MemoryCallStore } from './memory-call-store.js';

async function setUp() {
  const clock = new ManualClock();
  const newId = idMaker(clock, seededRandom(1));
  const store = new MemoryCallStore({ clock, newId });
  const writes: string[] = [];
  const { change } = store;
  let failing: Error | undefined;
  store.change = async (callId, decide) => {
    if (failing) throw failing;
    const changed = await change.call(store, callId, decide);
    writes.push(callId);
    return changed;
  };
  const calls = new GatheredCalls(store, clock);
  const asked = () =>
    calls.insert(
      {
        id: newId('CA'),
        accountId: newId('AC'),
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
      },
      [],
    );
  /** A call that is stored, however close it came after another. */
  const insert = async () => {
    const inserted = asked();
    await clock.advanceAsync(20);
    return inserted;
  };
  const fail = (error: Error | undefined) => {
    failing = error;
  };
  return { clock, store, calls, asked, insert, writes, fail };
}

const tag =
  (name: string): DecideCallChange =>
  (call: Call): CallChange => ({
    set: { tags: { ...call.tags, [name]: 'yes' } },
    events: [{ type: 'call.updated', data: { name } }],
  });

const told = (call: Call | undefined) => call?.pendingEvents.map(({ sequence, data }) => [sequence, data.name]);

describe('calls whose changes are gathered', () => {
  it('writes what is asked for soon within 40 ms, as one write a call, in order', async () => {
    const { clock, calls, insert, writes, store } = await setUp();
    const [a, b] = [await insert(), await insert()];
    const asked = [
      calls.change(a.id, tag('one'), a, 'soon'),
      calls.change(b.id, tag('other'), b, 'soon'),
      calls.change(a.id, () => undefined, a, 'soon'),
      calls.change(a.id, tag('two'), a, 'soon'),
    ];
    await clock.advanceAsync(39);
    expect(writes).toEqual([]);
    await clock.advanceAsync(1);
    expect(writes).toEqual([a.id, b.id]);
    expect(told(await store.find(a.id))).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
    const [first, other, , second] = await Promise.all(asked);
    expect(first).toEqual(second);
    expect(first).toMatchObject({ tags: { one: 'yes', two: 'yes' }, revision: 2 });
    expect(other).toMatchObject({ tags: { other: 'yes' } });
    expect(clock.pending).toBe(0);
  });

  it('inserts a call that comes alone at once, and together those that come within 20 ms of it', async () => {
    const { clock, store, asked } = await setUp();
    const stored = async () => (await store.liveOnNode('node-1')).length;
    void asked();
    await clock.advanceAsync(5);
    expect(await stored()).toBe(1);
    void asked();
    await clock.advanceAsync(14);
    void asked();
    expect(await stored()).toBe(1);
    await clock.advanceAsync(1);
    expect(await stored()).toBe(3);
    await clock.advanceAsync(20);
    void asked();
    await clock.advanceAsync(0);
    expect(await stored()).toBe(4);
  });

  it('writes what waits before a prompt change of the same call, with it', async () => {
    const { clock, calls, insert, writes } = await setUp();
    const call = await insert();
    const soon = calls.change(call.id, tag('soon'), call, 'soon');
    const now = await calls.change(call.id, tag('now'));
    expect(told(now)).toEqual([
      [1, 'soon'],
      [2, 'now'],
    ]);
    expect(await soon).toEqual(now);
    await clock.advanceAsync(40);
    expect(writes).toEqual([call.id]);
  });

  it('shows no reader a call without what waits', async () => {
    const { calls, insert } = await setUp();
    const reads: ((call: Call) => Promise<Call | undefined>)[] = [
      ({ id }) => calls.find(id),
      ({ id, accountId }) => calls.get(accountId, id),
      async ({ accountId }) => (await calls.list(accountId, {}, { limit: 1 }))[0],
    ];
    for (const read of reads) {
      const call = await insert();
      const soon = calls.change(call.id, tag('soon'), call, 'soon');
      expect(told(await read(call))).toEqual([[1, 'soon']]);
      await soon;
    }
  });

  it('tells all whose change a failed write had in it, and goes on', async () => {
    const { clock, calls, insert, fail, store } = await setUp();
    const call = await insert();
    const gone = new Error('the database is away');
    fail(gone);
    const asked = [calls.change(call.id, tag('one'), call, 'soon'), calls.change(call.id, tag('two'), call, 'soon')];
    const outcomes = Promise.allSettled(asked);
    await clock.advanceAsync(40);
    expect(await outcomes).toMatchObject([{ reason: gone }, { reason: gone }]);
    fail(undefined);
    const again = calls.change(call.id, tag('three'), call, 'soon');
    await clock.advanceAsync(40);
    expect(told(await again)).toEqual([[1, 'three']]);
    expect(told(await store.find(call.id))).toEqual([[1, 'three']]);
  });

  it('takes relayed events off in the moment in which changes are written', async () => {
    const { clock, calls, insert, store } = await setUp();
    const call = await insert();
    await calls.change(call.id, tag('told'));
    const changed = calls.change(call.id, tag('more'), undefined, 'soon');
    const removed = calls.removePendingEventsOf([{ callId: call.id, sequence: 1 }]);
    await clock.advanceAsync(39);
    expect(told(await store.find(call.id))).toEqual([[1, 'told']]);
    await clock.advanceAsync(1);
    await Promise.all([changed, removed]);
    expect(told(await store.find(call.id))).toEqual([[2, 'more']]);
  });
});
