import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { randomInteger, seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine, type FarEndScript } from '@hookswitch/media/drivers/fake/index';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFinal } from '../call-records/call-state.js';
import { finalChange } from '../call-records/final-change.js';
import {
  accountId,
  answerAndFinish,
  answerAndWait,
  callsForTests,
  eventTypes,
  ownNumber,
  scriptUrl,
  type TestScript,
  trunkId,
} from './calls-node.fixture.js';

/** What may happen to a call besides what its far end does. */
const deed = fc.oneof(
  fc.constant('hang up' as const),
  fc.constant('cancel' as const),
  fc.constant('new script' as const),
  fc.constant('tags' as const),
  fc.constant('digits' as const),
  fc.constant('far end hangs up' as const),
  fc.constant('another process takes us for dead' as const),
);

const life = fc.record({
  inbound: fc.boolean(),
  cancelAfterMs: fc.option(fc.nat(3000), { nil: undefined }),
  farEnd: fc.record(
    {
      ringAfterMs: fc.nat(500),
      answerAfterMs: fc.nat(2000),
      refuse: fc.record({ afterMs: fc.nat(2000), status: fc.constantFrom(404, 486, 480, 503, 603) }),
    },
    { requiredKeys: [] },
  ),
  script: fc.constantFrom('waits', 'finishes', 'dials', 'never answers'),
  deeds: fc.array(fc.record({ atMs: fc.nat(3000), deed }), { maxLength: 4 }),
});

const dialling: TestScript = async (run) => {
  run.nextRevision();
  await run.leg.answer();
  const child = await run.children.dial({
    target: { kind: 'number', number: '+14155550188' },
    ringTimeoutSeconds: 2,
  });
  const stop = () => child.leg.hangUp();
  run.signal.addEventListener('abort', stop);
  await child.ended;
  return { kind: 'finished' };
};

const scripts: Record<string, TestScript> = {
  waits: answerAndWait,
  finishes: answerAndFinish,
  dials: dialling,
  'never answers': () => new Promise(() => undefined),
};

describe('random call lives', () => {
  it('end every call exactly once with one CDR and gap-free events, and leave nothing open', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 4 }), fc.nat(), async (lives, seed) => {
        const clock = new ManualClock();
        const random = seededRandom(seed);
        const engine = createFakeEngine({ clock, random, latencyMs: seed % 3 === 0 ? 0 : 20 });
        await engine.start();
        const kit = await callsForTests({
          clock,
          engine,
          // A store that takes its time, and now and then fails a change.
          store: (memory) =>
            Object.assign(Object.create(memory) as typeof memory, {
              insert: async (...args: Parameters<typeof memory.insert>) => {
                await later(clock, randomInteger(random, 0, 30));
                return memory.insert(...args);
              },
              change: async (...args: Parameters<typeof memory.change>) => {
                await later(clock, randomInteger(random, 0, 30));
                if (random.next() < 0.05) throw new Error('the database is away');
                return memory.change(...args);
              },
              get: memory.get.bind(memory),
              find: memory.find.bind(memory),
              list: memory.list.bind(memory),
              liveOnNode: memory.liveOnNode.bind(memory),
              nodesWithLiveCalls: memory.nodesWithLiveCalls.bind(memory),
            }),
        });
        const { calls, store, expireLost, place } = kit;
        engine.network.phone('+14155550188', { ringAfterMs: 100, answerAfterMs: 500 });
        for (const [index, { inbound, cancelAfterMs, farEnd, script, deeds }] of lives.entries()) {
          const url = `${scriptUrl}/${index}`;
          kit.scripts.scripts.set(url, scripts[script]!);
          kit.scripts.scripts.set(scriptUrl, scripts[script]!);
          const to = `+1415555020${index}`;
          let callId: string | undefined;
          let hangUp: () => void = () => undefined;
          if (inbound) {
            const caller = engine.network.call({
              from: '+447700900123',
              to: ownNumber,
              source: { kind: 'trunk', id: trunkId },
              ...(cancelAfterMs === undefined ? {} : { cancelAfterMs }),
            });
            hangUp = () => caller.hangUp();
          } else {
            engine.network.phone(to, farEnd as FarEndScript);
            void place({ to, script: { url }, ringTimeoutSeconds: 2 }).then(
              (call) => {
                callId = call.id;
              },
              () => undefined,
            );
          }
          for (const { atMs, deed } of deeds) {
            clock.after(atMs, () => {
              const id = callId ?? calls.registry.all().at(-1)?.id;
              if (deed === 'far end hangs up') hangUp();
              else if (deed === 'another process takes us for dead') void expireByForce(kit, clock, id);
              else if (id !== undefined) {
                calls.control.modify({ accountId, callId: id, change: changes[deed] }).catch(() => undefined);
              }
            });
          }
        }
        await clock.advanceAsync(20_000);
        const drained = calls.drain(1000);
        await clock.advanceAsync(60_000);
        await drained;
        await expireLost.run();
        for (const call of await store.list(accountId, {}, { limit: 100 })) {
          expect(isFinal(call.status)).toBe(true);
          const types = await eventTypes(store, call.id);
          expect(types[0]).toBe('call.initiated');
          expect(types.filter((type) => type === 'call.completed')).toHaveLength(1);
          expect(types.filter((type) => type === 'cdr.created')).toHaveLength(1);
          expect(types.indexOf('cdr.created')).toBe(types.indexOf('call.completed') + 1);
          expect(types.slice(types.indexOf('cdr.created') + 1)).toEqual([]);
          expect(types.filter((type) => type === 'call.answered')).toHaveLength(call.answeredAt === undefined ? 0 : 1);
          expect(call.status === 'completed').toBe(call.answeredAt !== undefined);
        }
        expect(calls.registry.size).toBe(0);
        expect(calls.admission.counts()).toEqual({ total: 0, accounts: {}, trunks: {} });
        expect(engine.gauges()).toMatchObject({ calls: 0, timers: 0, mediaPorts: 0 });
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});

const changes = {
  'hang up': { status: 'completed' },
  cancel: { status: 'canceled' },
  'new script': { script: { url: 'https://example.com/another' } },
  tags: { tags: { seen: 'yes' } },
  digits: { sendDigits: '12' },
} as const;

/** Closes a call as its owner's successor would, while the owner lives on. */
async function expireByForce(
  { store }: Pick<Awaited<ReturnType<typeof callsForTests>>, 'store'>,
  clock: ManualClock,
  callId: string | undefined,
): Promise<void> {
  if (callId === undefined) return;
  await store
    .change(callId, (call) =>
      finalChange(
        call,
        { termination: { result: 'failed', by: 'system', reason: 'owner-lost' }, endedAt: clock.now() },
        (final) => ({ callId: final.id }),
      ),
    )
    .catch(() => undefined);
}

function later(clock: ManualClock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
