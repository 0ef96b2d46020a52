import { idMaker } from '@hookswitch/kernel/ids';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from './call.js';
import { MemoryCallStore } from './memory-call-store.js';
import { UnrelayedCalls } from './unrelayed-calls.js';

/** One database and two processes on it, each with its own memory of what it wrote. */
function setUp(max?: number) {
  const clock = new ManualClock();
  const newId = idMaker(clock, seededRandom(1));
  const database = new Map<string, Call>();
  const processes = [0, 1].map(() => {
    const unrelayed = new UnrelayedCalls(max);
    const store = new MemoryCallStore(
      { clock, newId, onCallEvents: (_, events, call) => unrelayed.note(call, events) },
      database,
    );
    const reads: string[] = [];
    const outbox = unrelayed.over({
      withPendingEvents: (limit) => store.withPendingEvents(limit),
      removePendingEventsOf: (relayed) => store.removePendingEventsOf(relayed),
      findMany: (callIds) => {
        reads.push(...callIds);
        return store.findMany(callIds);
      },
    });
    return { store, outbox, reads };
  });
  const [here, there] = processes as [(typeof processes)[number], (typeof processes)[number]];
  const insert = (): Promise<Call> =>
    here.store.insert(
      {
        id: newId('CA'),
        accountId: 'AC1',
        contactId: newId('CN'),
        direction: 'inbound',
        from: '+14155550100',
        to: '+14155550101',
        status: 'ringing',
        nodeId: 'n1',
        scriptRevision: 0,
        createdAt: 0,
        tags: {},
        recordingIds: [],
      },
      [{ type: 'call.initiated', data: {} }],
    );
  return { here, there, processes, insert };
}

const updated = () => ({ events: [{ type: 'call.updated', data: {} } as const] });
const sequences = (calls: readonly Call[]) => calls.map((call) => call.pendingEvents.map(({ sequence }) => sequence));

describe('UnrelayedCalls', () => {
  it('gives what this process wrote without asking the store, each event until it is relayed', async () => {
    const { here, insert } = setUp();
    const { id } = await insert();
    await here.store.change(id, updated);
    expect(sequences(await here.outbox.findMany([id]))).toEqual([[1, 2]]);
    await here.outbox.removePendingEventsOf([{ callId: id, sequence: 2 }]);
    await here.store.change(id, () => ({ ...updated(), set: { to: 'somebody' } }));
    const [call] = await here.outbox.findMany([id]);
    expect(call).toEqual(await here.store.find(id));
    expect(here.reads).toEqual([]);
  });

  it('asks the store for what another process wrote, and once that stands between', async () => {
    const { here, there, insert } = setUp();
    const { id } = await insert();
    await there.store.change(id, updated);
    expect(sequences(await there.outbox.findMany([id]))).toEqual([[1, 2]]);
    expect(sequences(await here.outbox.findMany([id]))).toEqual([[1]]);
    await here.store.change(id, updated);
    expect(sequences(await here.outbox.findMany([id]))).toEqual([[1, 2, 3]]);
    expect(here.reads).toEqual([id]);
  });

  it('asks the store where nothing is known to wait: it may know better', async () => {
    const { here, there, insert } = setUp();
    const { id } = await insert();
    await here.outbox.removePendingEventsOf([{ callId: id, sequence: 1 }]);
    await there.store.change(id, updated);
    expect(sequences(await here.outbox.findMany([id]))).toEqual([[2]]);
  });

  it('remembers no more calls than it may, and asks the store for the others', async () => {
    const { here, insert } = setUp(2);
    const ids = [(await insert()).id, (await insert()).id, (await insert()).id];
    expect(sequences(await here.outbox.findMany(ids))).toEqual([[1], [1], [1]]);
    expect(here.reads).toEqual([ids[0]]);
  });

  it('loses no event, whoever writes and relays, and whatever removal fails', async () => {
    const step = fc.record({ by: fc.nat(1), act: fc.constantFrom('write', 'relay', 'fail', 'end') });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 3 }), async (steps, max) => {
        const { processes, insert } = setUp(max);
        const { id } = await insert();
        const told = new Set<number>();
        const relay = async (by: number, fails = false) => {
          const { outbox } = processes[by]!;
          for (const { pendingEvents } of await outbox.findMany([id])) {
            if (pendingEvents.length === 0) continue;
            // A relay that is killed here has told nobody.
            if (fails) return;
            for (const { sequence } of pendingEvents) told.add(sequence);
            await outbox.removePendingEventsOf([{ callId: id, sequence: pendingEvents.at(-1)!.sequence }]);
          }
        };
        for (const { by, act } of steps) {
          const { store } = processes[by]!;
          if (act === 'write') await store.change(id, updated);
          else if (act === 'end') await store.change(id, () => ({ ...updated(), set: { status: 'completed' } }));
          else await relay(by, act === 'fail');
        }
        const { store } = processes[0]!;
        while ((await store.withPendingEvents(1)).length > 0) await relay(0);
        const { sequence } = (await store.find(id))!;
        expect([...told].sort((a, b) => a - b)).toEqual(Array.from({ length: sequence }, (_, n) => n + 1));
      }),
    );
  });
});
