import { pause } from '@hookswitch/kernel/clock';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine } from '@hookswitch/media/drivers/fake/index';
import { describe, expect, it } from 'vitest';
import { callsForTests, eventTypes, ownNumber, trunkId } from '../calls-node.fixture.js';

async function setUp() {
  const clock = new ManualClock();
  const engine = createFakeEngine({ clock, random: seededRandom(7) });
  await engine.start();
  const kit = await callsForTests({ clock, engine });
  engine.network.call({ from: '+447700900123', to: ownNumber, source: { kind: 'trunk', id: trunkId } });
  await clock.advanceAsync(100);
  const callId = kit.scripts.runs[0]!.leg.id;
  return { clock, engine, callId, ...kit };
}

describe('reconciling records and live calls', () => {
  it.each([
    ['an old', 120_000],
    ['a young', 0],
  ])('hangs up %s call whose record others ended while this node could not renew its lease', async (_age, ageMs) => {
    const { clock, engine, callId, leases, expireLost, store, calls } = await setUp();
    await clock.advanceAsync(ageMs);
    const renew = leases.renew.bind(leases);
    leases.renew = async () => {
      throw new Error('Redis is away');
    };
    await clock.advanceAsync(14_000);
    await expireLost.run();
    await clock.advanceAsync(8000);
    expect(await expireLost.run()).toBe(1);
    expect(engine.gauges().calls).toBe(1);
    leases.renew = renew;
    await clock.advanceAsync(4000);
    expect(engine.gauges().calls).toBe(0);
    expect(calls.registry.size).toBe(0);
    expect((await eventTypes(store, callId)).filter((type) => type === 'cdr.created')).toHaveLength(1);
  });

  it('ends a record that no call belongs to, and leaves those that live', async () => {
    const { clock, callId, store, newId } = await setUp();
    const template = (await store.find(callId))!;
    const stray = newId('CA');
    await store.insert({ ...template, id: stray, status: 'ringing', createdAt: clock.now() }, []);
    await clock.advanceAsync(59_000);
    expect((await store.find(stray))!.status).toBe('ringing');
    await clock.advanceAsync(70_000);
    expect(await store.find(stray)).toMatchObject({ status: 'completed', termination: { reason: 'internal-error' } });
    expect((await store.find(callId))!.status).toBe('in-progress');
  });

  it('is finished by a node that stops meanwhile, so that it leaves no look at the store behind', async () => {
    const clock = new ManualClock();
    const engine = createFakeEngine({ clock, random: seededRandom(7) });
    let looks = 0;
    const { calls } = await callsForTests({
      clock,
      engine,
      store: (store) =>
        Object.assign(store, {
          liveOnNode: async () => {
            looks++;
            await pause(clock, 5_000);
            looks--;
            return [];
          },
        }),
    });
    await clock.advanceAsync(61_000);
    expect(looks).toBe(1);
    const drained = calls.drain(0).then(() => looks);
    await clock.advanceAsync(10_000);
    expect(await drained).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
