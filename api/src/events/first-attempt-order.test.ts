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
});
