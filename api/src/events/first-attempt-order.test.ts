import { pause } from '@hookswitch/kernel/clock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorld, startProcess, type World } from './event-pipeline.fixture.js';

const sink = 'https://sink.example/hooks';

/** Deliveries whose `claim` waits until `open` is called. */
function gatedClaims({ deliveries }: World) {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let asked = 0;
  const gated = new Proxy(deliveries, {
    get: (target, name) => {
      const member = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      if (name !== 'claim') return member.bind(target);
      return async (...args: unknown[]) => {
        asked++;
        await opened;
        return member.apply(target, args);
      };
    },
  });
  return { deliveries: gated, open, asked: () => asked };
}

/** The stores of the world, each operation of which takes a while there and back; some fail, half of these done nevertheless. */
function badStores(world: World): Pick<World, 'calls' | 'events' | 'deliveries'> {
  const slow = <T extends object>(store: T): T =>
    new Proxy(store, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          await pause(world.clock, world.random.next() * 30);
          const fate = world.random.next();
          if (fate < 0.03) throw new Error('the store is away');
          const result: unknown = await member.apply(target, args);
          if (fate > 0.97) throw new Error('the answer was lost');
          await pause(world.clock, world.random.next() * 30);
          return result;
        };
      },
    });
  const { calls, events, deliveries } = world;
  return { calls: slow(calls), events: slow(events), deliveries: slow(deliveries) };
}

describe('first attempts of one call', () => {
  it('keep their order when two processes load the same destination at once and each gets a part', async () => {
    const world = createWorld();
    world.sender.on(sink, (_, number) => ({ status: 200, afterMs: number === 1 ? 5_000 : 10 }));
    const endpoint = await world.endpoint(sink);
    // A process that only stores deliveries: whoever is there has to load them.
    const storing = startProcess(world);
    await storing.webhooks.close();
    const call = await world.calls.insert(world.newCall(), [{ type: 'call.initiated', data: {} }]);
    await storing.relay.relay('calls', [call.id]);

    const [one, two] = [gatedClaims(world), gatedClaims(world)];
    const [a, b] = [
      startProcess(world, { deliveries: one.deliveries }),
      startProcess(world, { deliveries: two.deliveries }),
    ];
    // The first sees event 1 alone, the second 1 and 2; then the first takes 1.
    const first = a.webhooks.deliverDue(endpoint.id, world.accountId);
    await world.clock.advanceAsync(0);
    await world.calls.change(call.id, () => ({ events: [{ type: 'call.answered', data: {} }] }));
    await storing.relay.relay('calls', [call.id]);
    const second = b.webhooks.deliverDue(endpoint.id, world.accountId);
    await world.clock.advanceAsync(0);
    expect([one.asked(), two.asked()]).toEqual([1, 1]);
    one.open();
    await first;
    two.open();
    await second;

    await world.clock.advanceAsync(4_000);
    expect(world.sequences(sink)).toEqual([1]);
    await world.clock.advanceAsync(10_000);
    expect(world.sequences(sink)).toEqual([1, 2]);
  });

  it('keep their order whatever three processes do at once on slow stores that fail, and none is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1 }), async (seed) => {
        const world = createWorld(seed);
        const chance = (most: number) => Math.floor(world.random.next() * most);
        world.sender.on(sink, () => ({ status: chance(8) === 0 ? 500 : 200, afterMs: chance(80) }));
        const endpoint = await world.endpoint(sink);
        const processes = [1, 2, 3].map(() => startProcess(world, badStores(world)));
        const anyone = () => processes[chance(3)]!;
        // Whatever fails is done again by the sweep.
        const tried = (work: Promise<unknown>) => void work.catch(() => undefined);
        const call = await world.calls.insert(world.newCall(), [{ type: 'call.initiated', data: {} }]);
        const events = 12;
        for (let n = 2; n <= events; n++) {
          for (let times = chance(3); times > 0; times--) tried(anyone().relay.relay('calls', [call.id]));
          for (let times = chance(3); times > 0; times--)
            tried(anyone().webhooks.deliverDue(endpoint.id, world.accountId));
          await world.clock.advanceAsync(chance(70));
          await world.calls.change(call.id, () => ({ events: [{ type: 'call.updated', data: { n } }] }));
        }
        for (let round = 0; round < 40; round++) {
          const { relay, webhooks } = anyone();
          tried(relay.sweep(10));
          tried(webhooks.sweep());
          await world.clock.advanceAsync(10_000);
        }
        const arrived = world.sequences(sink);
        const firsts = arrived.filter((sequence, index) => arrived.indexOf(sequence) === index);
        expect(firsts).toEqual(Array.from({ length: events }, (_, index) => index + 1));
      }),
      { numRuns: 40 },
    );
  });
});
