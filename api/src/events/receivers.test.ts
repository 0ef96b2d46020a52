import { describe, expect, it } from 'vitest';
import { createWorld, startProcess, type World } from './event-pipeline.fixture.js';

const sink = 'https://sink.example/hooks';
const minute = 60_000;
const day = 24 * 60 * minute;

/** A call with so many events, nothing relayed yet. */
async function callWith(world: World, events: number): Promise<string> {
  const data = (n: number) => ({ n });
  const pushed = Array.from({ length: events }, (_, n) => ({ type: 'call.updated' as const, data: data(n) }));
  return (await world.calls.insert(world.newCall(), pushed)).id;
}

describe('receivers that do not behave', () => {
  it('is turned off by a 410, and the other endpoints are told', async () => {
    const world = createWorld();
    world.sender.on(sink, () => ({ status: 410 })).on(`${sink}/other`, () => ({ status: 200 }));
    const gone = await world.endpoint(sink, { events: ['call.updated'] });
    await world.endpoint(`${sink}/other`, { events: ['webhook-endpoint.disabled'] });
    const { relay, webhooks } = startProcess(world);
    await relay.relay('calls', [await callWith(world, 1)]);
    await world.clock.advanceAsync(1000);
    await webhooks.settled();
    expect(await world.endpoints.get(world.accountId, gone.id)).toMatchObject({
      status: 'disabled',
      disabledBecause: 'gone',
      hasPendingEvent: false,
    });
    const told = world.sender.received.filter(({ url }) => url === `${sink}/other`).map(({ body }) => JSON.parse(body));
    expect(told).toMatchObject([
      { type: 'webhook-endpoint.disabled', data: { webhookEndpointId: gone.id, because: 'gone', url: sink } },
    ]);
    await relay.relay('calls', [await callWith(world, 3)]);
    await world.clock.advanceAsync(day);
    expect(world.sender.received.filter(({ url }) => url === sink)).toHaveLength(1);
  });

  it('is sent nothing more after a 410, not even what waited behind it', async () => {
    const world = createWorld();
    world.sender.on(sink, () => ({ status: 410, afterMs: 50 }));
    await world.endpoint(sink, { events: ['call.updated'] });
    const { relay, webhooks } = startProcess(world);
    await relay.relay('calls', [await callWith(world, 4)]);
    await world.clock.advanceAsync(day);
    await webhooks.settled();
    expect(world.sender.received).toHaveLength(1);
    expect(webhooks.counts()).toMatchObject({ running: 0, waiting: 0 });
  });

  it('is turned off after five days without a success, by whichever attempt comes then, and not before', async () => {
    const world = createWorld();
    world.sender.on(sink, () => ({ status: 500 }));
    const endpoint = await world.endpoint(sink);
    const { relay, webhooks } = startProcess(world);
    const status = async () => (await world.endpoints.get(world.accountId, endpoint.id))!.status;
    for (let hour = 0; hour < 119; hour++) {
      await relay.relay('calls', [await callWith(world, 1)]);
      await world.clock.advanceAsync(60 * minute);
    }
    expect(await status()).toBe('enabled');
    await relay.relay('calls', [await callWith(world, 1)]);
    await world.clock.advanceAsync(3 * 60 * minute);
    await webhooks.settled();
    expect(await world.endpoints.get(world.accountId, endpoint.id)).toMatchObject({
      status: 'disabled',
      disabledBecause: 'failing',
    });
    expect(await world.deliveries.dueLanes(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  });

  it('forgets past failures after one success', async () => {
    const world = createWorld();
    world.sender.on(sink, (_, number) => ({ status: number === 1 ? 500 : 200 }));
    const endpoint = await world.endpoint(sink);
    const { relay, webhooks } = startProcess(world);
    await relay.relay('calls', [await callWith(world, 1)]);
    await world.clock.advanceAsync(100);
    expect((await world.endpoints.get(world.accountId, endpoint.id))!.failingSince).not.toBeNull();
    await world.clock.advanceAsync(10_000);
    await webhooks.settled();
    expect((await world.endpoints.get(world.accountId, endpoint.id))!.failingSince).toBeNull();
  });

  it('is asked rarely while it is dead, gets all it missed once it is back, and withholds nothing from others', async () => {
    const world = createWorld();
    let dead = true;
    world.sender.on(sink, () => (dead ? { status: 200, afterMs: 60_000 } : { status: 200 }));
    world.sender.on(`${sink}/healthy`, () => ({ status: 200 }));
    await world.endpoint(sink);
    await world.endpoint(`${sink}/healthy`);
    const { relay, webhooks } = startProcess(world);
    const sent = (url: string) => world.sender.received.filter((one) => one.url === url).length;
    for (let n = 0; n < 200; n++) {
      await relay.relay('calls', [await callWith(world, 1)]);
      await world.clock.advanceAsync(100);
    }
    expect(sent(`${sink}/healthy`)).toBe(200);
    await world.clock.advanceAsync(60 * minute);
    expect(sent(sink)).toBeLessThan(60); // 200 events an hour long, each with four attempts by the schedule
    dead = false;
    await world.clock.advanceAsync(day);
    await webhooks.settled();
    const delivered = new Set(world.sender.received.filter((one) => one.url === sink).map(({ id }) => id));
    expect(delivered.size).toBe(200);
    expect(await world.deliveries.dueLanes(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  });

  it('is given as long as Retry-After asks by all deliveries, at most a minute', async () => {
    const world = createWorld();
    world.sender.on(sink, (_, number) => (number === 1 ? { status: 429, retryAfterSeconds: 30 } : { status: 200 }));
    await world.endpoint(sink);
    const { relay, webhooks } = startProcess(world);
    await relay.relay('calls', [await callWith(world, 1)]);
    await world.clock.advanceAsync(100);
    await relay.relay('calls', [await callWith(world, 5)]);
    await world.clock.advanceAsync(29_000);
    expect(world.sender.received).toHaveLength(1);
    await world.clock.advanceAsync(40_000);
    await webhooks.settled();
    expect(world.sender.received).toHaveLength(7);
  });

  it('lies about taking it, then asks for it again: a redelivery has the same id and body', async () => {
    const world = createWorld();
    world.sender.on(sink, () => ({ status: 200, body: 'x'.repeat(5000) }));
    const endpoint = await world.endpoint(sink);
    const { relay, webhooks } = startProcess(world);
    await relay.relay('calls', [await callWith(world, 1)]);
    await world.clock.advanceAsync(100);
    await webhooks.settled();
    const [attempt] = await world.deliveries.attempts(world.accountId, {}, { limit: 1 });
    expect(attempt!.responseBody).toHaveLength(1000);
    const [delivery] = await world.deliveries.getMany([attempt!.deliveryId]);
    await world.deliveries.restart([delivery!], world.clock.now());
    await webhooks.deliverDue(endpoint.id, world.accountId);
    await world.clock.advanceAsync(100);
    const [first, second] = world.sender.received;
    expect([second!.id, second!.body]).toEqual([first!.id, first!.body]);
  });

  it('answers so slowly that more waits than memory takes: nothing is lost or sent twice, and order holds', async () => {
    const world = createWorld();
    world.sender.on(sink, () => ({ status: 200, afterMs: 10_000 }));
    await world.endpoint(sink);
    const limits = { lane: { startConcurrency: 1, maxConcurrency: 2, maxWaiting: 3 }, leaseMs: 40_000 };
    const { relay, webhooks } = startProcess(world, {}, limits);
    const callIds: string[] = [];
    for (let n = 0; n < 4; n++) callIds.push(await callWith(world, 5));
    await relay.relay('calls', callIds);
    for (let n = 0; n < 60; n++) {
      await world.clock.advanceAsync(10_000);
      await webhooks.sweep();
    }
    await webhooks.settled();
    for (const callId of callIds) expect(world.sequences(sink, callId)).toEqual([1, 2, 3, 4, 5]);
  });

  it('keeps what waits when the process is closed, and another one sends it', async () => {
    const world = createWorld();
    world.sender.on(sink, () => ({ status: 200, afterMs: 5_000 }));
    await world.endpoint(sink);
    const first = startProcess(world, {}, { lane: { startConcurrency: 1, maxConcurrency: 1, maxWaiting: 100 } });
    const callId = await callWith(world, 4);
    await first.relay.relay('calls', [callId]);
    await world.clock.advanceAsync(1000);
    const closing = first.webhooks.close();
    await world.clock.advanceAsync(10_000);
    await closing;
    expect(world.sequences(sink)).toEqual([1]);
    const second = startProcess(world);
    await second.webhooks.sweep();
    await world.clock.advanceAsync(30_000);
    expect(world.sequences(sink)).toEqual([1, 2, 3, 4]);
  });
});
