import fc from 'fast-check';
import { Webhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { buildCdr } from '../cdrs/build-cdr.js';
import { createWorld, type Stores, secret, startProcess, type World } from './event-pipeline.fixture.js';

const sink = 'https://sink.example/hooks';
const ok = () => ({ status: 200 });

/** A call that was answered and ended, with `extra` events between; nothing relayed yet. Resolves to its id. */
async function finishedCall(world: World, extra = 0): Promise<string> {
  const { calls, clock } = world;
  const call = await calls.insert(world.newCall(), [{ type: 'call.initiated', data: {} }]);
  await calls.change(call.id, () => ({
    set: { status: 'in-progress', answeredAt: clock.now() },
    events: [{ type: 'call.answered', data: {} }],
  }));
  for (let n = 0; n < extra; n++) {
    await calls.change(call.id, () => ({ events: [{ type: 'call.updated', data: { n } }] }));
  }
  await endCall(world, call.id);
  return call.id;
}

async function endCall({ calls, clock }: World, callId: string): Promise<void> {
  await calls.change(callId, (call) => {
    const set = {
      status: 'completed',
      endedAt: clock.now() + 1500,
      termination: { result: 'completed', by: 'remote', reason: 'hangup' },
    } as const;
    const cdr = buildCdr({ ...call, ...set });
    return {
      set,
      events: [
        { type: 'call.completed', data: {} },
        { type: 'cdr.created', data: { ...cdr } },
      ],
    };
  });
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('from the outbox to the receiver', () => {
  it('delivers every event once, signed, in order, keeps the CDR, and empties the outbox', async () => {
    const world = createWorld();
    world.sender.on(sink, ok);
    const endpoint = await world.endpoint(sink);
    const callId = await finishedCall(world, 2);
    const { relay, webhooks } = startProcess(world);

    await relay.relay('calls', [callId]);
    await settle(world, webhooks);

    expect(world.sequences(sink)).toEqual(upTo(6));
    for (const { body, headers } of world.sender.received) {
      const at = Number(headers['webhook-timestamp']) * 1000;
      expect(at).toBe(world.clock.now() - (world.clock.now() % 1000));
      expect(verified(body, headers)).toMatchObject({ callId, accountId: world.accountId });
    }
    expect((await world.calls.find(callId))!.pendingEvents).toEqual([]);
    expect(
      (await world.events.list(world.accountId, { subjectId: callId }, { limit: 10 })).map((one) => one.sequence),
    ).toEqual([6, 5, 4, 3, 2, 1]);
    expect((await world.cdrs.get(world.accountId, callId))!.cdr).toContain('"talkSeconds":1.5');
    const attempts = await world.deliveries.attempts(world.accountId, { endpointId: endpoint.id }, { limit: 10 });
    expect(attempts.map(({ status, number }) => [status, number])).toEqual(upTo(6).map(() => ['succeeded', 1]));
  });

  it('sends an endpoint only what it asked for, a disabled one nothing, and other accounts nothing', async () => {
    const world = createWorld();
    for (const url of [sink, `${sink}/some`, `${sink}/off`, `${sink}/foreign`]) world.sender.on(url, ok);
    await world.endpoint(`${sink}/some`, { events: ['cdr.created'] });
    await world.endpoint(`${sink}/off`, { status: 'disabled' });
    await world.endpoint(`${sink}/foreign`, { accountId: world.newId('AC') });
    const callId = await finishedCall(world);
    const { relay, webhooks } = startProcess(world);
    await relay.relay('calls', [callId]);
    await settle(world, webhooks);
    expect(world.sender.received.map(({ url, body }) => [url, JSON.parse(body).type])).toEqual([
      [`${sink}/some`, 'cdr.created'],
    ]);
  });

  it("tells the call's status callback of all its events and the push URL of its CDR, signed", async () => {
    const world = createWorld();
    world.sender.on('https://app.example/status', ok).on('https://app.example/cdr', ok);
    world.cdrPushUrls.push('https://app.example/cdr?key=1');
    const call = await world.calls.insert(world.newCall({ statusCallbackUrl: 'https://app.example/status?x=1' }), [
      { type: 'call.initiated', data: {} },
    ]);
    await endCall(world, call.id);
    const { relay, webhooks } = startProcess(world);
    await relay.relay('calls', [call.id]);
    await settle(world, webhooks);
    expect(world.sequences('https://app.example/status')).toEqual([1, 2, 3]);
    expect(world.sequences('https://app.example/cdr')).toEqual([3]);
    expect(verified(world.sender.received[0]!.body, world.sender.received[0]!.headers)).toBeDefined();
  });

  it('holds later events of a call until the first attempt of an earlier one is over, however slow', async () => {
    const world = createWorld();
    world.sender.on(sink, (_, number) => (number === 1 ? { status: 200, afterMs: 14_000 } : { status: 200 }));
    await world.endpoint(sink);
    const callId = await finishedCall(world);
    const other = await finishedCall(world);
    const { relay, webhooks } = startProcess(world);
    await relay.relay('calls', [callId, other]);
    await world.clock.advanceAsync(13_000);
    expect(world.sequences(sink, callId)).toEqual([1]);
    expect(world.sequences(sink, other)).toEqual(upTo(4)); // another call is not held up
    await world.clock.advanceAsync(2_000);
    await settle(world, webhooks);
    expect(world.sequences(sink, callId)).toEqual(upTo(4));
  });

  it('lets later events overtake one whose first attempt failed, and delivers that one by the schedule', async () => {
    const world = createWorld();
    world.sender.on(sink, (_, number) => ({ status: number === 1 ? 500 : 200 }));
    const endpoint = await world.endpoint(sink);
    const callId = await finishedCall(world);
    const { relay, webhooks } = startProcess(world);
    await relay.relay('calls', [callId]);
    await settle(world, webhooks);
    expect(world.sequences(sink)).toEqual([1, 2, 3, 4]);
    await world.clock.advanceAsync(6_000);
    await settle(world, webhooks);
    expect(world.sequences(sink)).toEqual([1, 2, 3, 4, 1]);
    const [retry] = world.sender.received.slice(-1);
    expect(retry!.id).toBe(world.sender.received[0]!.id);
    expect(retry!.body).toBe(world.sender.received[0]!.body);
    const attempts = await world.deliveries.attempts(world.accountId, { endpointId: endpoint.id }, { limit: 10 });
    const first = attempts.filter((one) => one.eventId === retry!.id).map(({ number, status }) => [number, status]);
    expect(first).toEqual([
      [2, 'succeeded'],
      [1, 'failed'],
    ]);
  });

  it('keeps the order of first attempts when two processes relay parts of one call', async () => {
    const world = createWorld();
    world.sender.on(sink, (_, number) => (number === 1 ? { status: 200, afterMs: 9_000 } : { status: 200 }));
    await world.endpoint(sink);
    const call = await world.calls.insert(world.newCall(), [{ type: 'call.initiated', data: {} }]);
    const [a, b] = [startProcess(world), startProcess(world)];
    await a.relay.relay('calls', [call.id]);
    await endCall(world, call.id);
    await b.relay.relay('calls', [call.id]);
    await world.clock.advanceAsync(8_000);
    expect(world.sequences(sink)).toEqual([1]);
    await world.clock.advanceAsync(10_000);
    expect(world.sequences(sink)).toEqual([1, 2, 3]);
  });

  it('delivers once when two processes relay the same events at once', async () => {
    const world = createWorld();
    world.sender.on(sink, ok);
    await world.endpoint(sink);
    const callId = await finishedCall(world);
    const [a, b] = [startProcess(world), startProcess(world)];
    await Promise.all([a.relay.relay('calls', [callId]), b.relay.relay('calls', [callId])]);
    await world.clock.advanceAsync(5_000);
    expect(world.sequences(sink)).toEqual([1, 2, 3, 4]);
  });

  it('relays a call once when one process is asked twice at once, by a hint and by the sweep', async () => {
    const world = createWorld();
    world.sender.on(sink, ok);
    await world.endpoint(sink);
    const [one, two] = [await finishedCall(world), await finishedCall(world)];
    let inserts = 0;
    const events = new Proxy(world.events, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        if (name === 'insertMany') inserts++;
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const { relay, webhooks } = startProcess(world, { events });
    await Promise.all([relay.relay('calls', [one, two]), relay.relay('calls', [two]), relay.relay('calls', [one])]);
    await settle(world, webhooks);
    expect(inserts).toBe(1);
    expect(world.sequences(sink, one)).toEqual([1, 2, 3, 4]);
    expect(world.sequences(sink, two)).toEqual([1, 2, 3, 4]);
  });

  it('is not held up by a call whose events cannot be told', async () => {
    const world = createWorld();
    world.sender.on(sink, ok);
    await world.endpoint(sink);
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const bad = await world.calls.insert(world.newCall(), [{ type: 'call.updated', data: cyclic }]);
    const good = await finishedCall(world);
    const { relay, webhooks } = startProcess(world);
    await relay.relay('calls', [bad.id, good]);
    await settle(world, webhooks);
    expect(world.sequences(sink, good)).toEqual([1, 2, 3, 4]);
    expect((await world.calls.find(bad.id))!.pendingEvents).toHaveLength(1);
  });
});

describe('killed between any two steps', () => {
  /** Makes every method of the stores fail from the `allowed + 1`th call on, before or after its effect: the process is dead. */
  function dying(world: World, allowed: number, when: 'before' | 'after'): { stores: Stores; died: () => boolean } {
    let left = allowed;
    const wrap = <T extends object>(store: T): T =>
      new Proxy(store, {
        get(target, name) {
          const member = Reflect.get(target, name) as unknown;
          if (typeof member === 'object' && member !== null) return wrap(member);
          if (typeof member !== 'function') return member;
          return async (...args: unknown[]) => {
            const dead = left <= 0;
            left--;
            if (dead && (when === 'before' || left < -1)) throw new Error('killed');
            const result: unknown = await member.apply(target, args);
            if (dead) throw new Error('killed');
            return result;
          };
        },
      });
    const { calls, events, deliveries, endpoints, cdrs } = world;
    return {
      stores: {
        calls: wrap(calls),
        events: wrap(events),
        deliveries: wrap(deliveries),
        endpoints: wrap(endpoints),
        cdrs: wrap(cdrs),
      },
      died: () => left < 0,
    };
  }

  it.each(['before', 'after'] as const)('loses no event and no CDR, killed %s any store operation', async (when) => {
    for (let allowed = 0; ; allowed++) {
      const world = createWorld(allowed + 1);
      world.sender.on(sink, ok);
      await world.endpoint(sink);
      const callId = await finishedCall(world, 1);
      const { stores, died } = dying(world, allowed, when);
      const victim = startProcess(world, stores);
      await victim.relay.relay('calls', [callId]).catch(() => {});
      await world.clock.advanceAsync(100);
      victim.kill();
      const finished = !died();

      const survivor = startProcess(world);
      for (const { callId: waiting } of await world.calls.withPendingEvents(10))
        await survivor.relay.relay('calls', [waiting]);
      for (let round = 0; round < 30; round++) {
        await survivor.webhooks.sweep();
        await world.clock.advanceAsync(10_000);
      }
      await settle(world, survivor.webhooks);

      const distinct = [...new Set(world.sequences(sink))];
      expect(distinct, `killed ${when} operation ${allowed}`).toEqual(upTo(5));
      expect(await world.cdrs.get(world.accountId, callId)).toBeDefined();
      expect((await world.calls.find(callId))!.pendingEvents).toEqual([]);
      expect(await world.deliveries.dueLanes(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
      if (finished) {
        expect(allowed).toBeGreaterThan(6);
        return;
      }
    }
  });

  it('delivers every event, each call in order of first attempts, whatever receivers and chance do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 60 }),
        async (seed, count, failPercent) => {
          const world = createWorld(seed);
          world.sender.on(sink, () => {
            const roll = world.random.next() * 100;
            if (roll < failPercent) return { status: [500, 429, 502, 301][Math.floor(world.random.next() * 4)]! };
            return { status: 200, afterMs: Math.floor(world.random.next() * 3000) };
          });
          await world.endpoint(sink);
          const processes = [startProcess(world), startProcess(world)];
          const callIds: string[] = [];
          for (let n = 0; n < count; n++) {
            const call = await world.calls.insert(world.newCall(), [{ type: 'call.initiated', data: {} }]);
            callIds.push(call.id);
            await processes[n % 2]!.relay.relay('calls', [call.id]);
            await world.clock.advanceAsync(world.random.next() * 500);
            await endCall(world, call.id);
            await processes[Math.floor(world.random.next() * 2)]!.relay.relay('calls', [call.id]);
          }
          for (let hour = 0; hour < 30; hour++) {
            await world.clock.advanceAsync(3_600_000);
            await processes[hour % 2]!.webhooks.sweep();
          }
          for (const callId of callIds) {
            const arrived = world.sequences(sink, callId);
            const firsts = arrived.filter((sequence, index) => arrived.indexOf(sequence) === index);
            expect(firsts).toEqual([1, 2, 3]);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** Lets what is under way come to its end, writes included. */
async function settle(world: World, webhooks: { settled(): Promise<void> }): Promise<void> {
  await world.clock.advanceAsync(50);
  await webhooks.settled();
}

/** Verified as a receiver would, at the time of sending. */
function verified(body: string, headers: Readonly<Record<string, string>>): unknown {
  return new Webhook(secret).verify(body, freshly(headers, body));
}

/** The library compares with the real time, the world's clock stands elsewhere: the signature is checked as of now. */
function freshly(headers: Readonly<Record<string, string>>, body: string): Record<string, string> {
  const signed = new Webhook(secret);
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  expect(headers['webhook-signature']).toBe(signed.sign(headers['webhook-id']!, at, body));
  const now = new Date();
  return {
    'webhook-id': headers['webhook-id']!,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signed.sign(headers['webhook-id']!, now, body),
  };
}
