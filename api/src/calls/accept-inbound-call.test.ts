import { pause } from '@hookswitch/kernel/clock';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine } from '@hookswitch/media/drivers/fake/index';
import { describe, expect, it } from 'vitest';
import {
  accountId,
  answerAndFinish,
  answerAndWait,
  applicationId,
  callsForTests,
  endpointId,
  eventTypes,
  ownNumber,
  scriptUrl,
  trunkId,
} from './calls-node.fixture.js';

type Options = Omit<Parameters<typeof callsForTests>[0], 'clock' | 'engine'>;

async function setUp(options: Options = {}) {
  const clock = new ManualClock();
  const engine = createFakeEngine({ clock, random: seededRandom(7) });
  await engine.start();
  const kit = await callsForTests({ clock, engine, ...options });
  const incoming = (more: Partial<Parameters<typeof engine.network.call>[0]> = {}) =>
    engine.network.call({ from: '+447700900123', to: ownNumber, source: { kind: 'trunk', id: trunkId }, ...more });
  const all = () => kit.store.list(accountId, {}, { limit: 100 });
  return { clock, engine, incoming, all, ...kit };
}

describe('acceptInboundCall', () => {
  it('stores the call as ringing, runs its script, and ends it once with one CDR when the script is done', async () => {
    const { clock, incoming, all, scripts, store } = await setUp();
    scripts.scripts.set(scriptUrl, answerAndFinish);
    incoming();
    await clock.advanceAsync(1000);
    const [call] = await all();
    expect(call).toMatchObject({
      accountId,
      applicationId,
      trunkId,
      direction: 'inbound',
      from: '+447700900123',
      to: ownNumber,
      status: 'completed',
      scriptRevision: 1,
      nodeId: 'node-1',
      termination: { result: 'completed', by: 'local', reason: 'hangup' },
    });
    expect(await eventTypes(store, call!.id)).toEqual([
      'call.initiated',
      'call.answered',
      'call.completed',
      'cdr.created',
    ]);
    expect(call!.pendingEvents[3]!.data).toEqual({ callId: call!.id, status: 'completed' });
    expect(call!.pendingEvents[0]!.data).toMatchObject({ call: { id: call!.id, status: 'ringing' } });
    expect(scripts.runs[0]!.signingSecrets).toEqual(['whsec_YXBwbGljYXRpb24=']);
  });

  it('writes a simple call three times', async () => {
    let writes = 0;
    let reads = 0;
    const { clock, incoming, scripts } = await setUp({
      store: (memory) =>
        new Proxy(memory, {
          get: (target, name) => {
            if (name === 'insert' || name === 'change') writes++;
            if (name === 'find' || name === 'get') reads++;
            const member = Reflect.get(target, name) as unknown;
            return typeof member === 'function' ? (member as (...args: never[]) => unknown).bind(target) : member;
          },
        }),
    });
    scripts.scripts.set(scriptUrl, answerAndFinish);
    incoming();
    await clock.advanceAsync(5000);
    expect({ writes, reads }).toEqual({ writes: 3, reads: 0 });
  });

  it('leaves nothing open', async () => {
    const { clock, incoming, scripts, calls, engine } = await setUp();
    scripts.scripts.set(scriptUrl, answerAndFinish);
    for (let call = 0; call < 20; call++) incoming();
    await clock.advanceAsync(5000);
    expect(calls.registry.size).toBe(0);
    expect(calls.admission.counts()).toEqual({ total: 0, accounts: {}, trunks: {} });
    expect(engine.gauges()).toMatchObject({ calls: 0, timers: 0 });
    await calls.drain(0);
    expect(clock.pending).toBe(0);
  });

  it('runs the flow of a number that has no application, signed with the secrets of the account', async () => {
    const { clock, incoming, all, scripts, routing } = await setUp();
    const flow = { flowId: 'FL', version: '1.1' };
    routing.saveNumber(ownNumber, { accountId, numberId: 'PN', script: { flow } });
    incoming();
    await clock.advanceAsync(100);
    const [call] = await all();
    expect(call).toMatchObject({ numberId: 'PN', script: { flow } });
    expect(call).not.toHaveProperty('applicationId');
    expect(scripts.runs).toMatchObject([{ script: { flow }, signingSecrets: ['whsec_YWNjb3VudA=='] }]);
  });

  it("runs an endpoint's application whatever it dials", async () => {
    const { clock, incoming, all } = await setUp();
    incoming({ source: { kind: 'endpoint', id: endpointId }, from: 'anna', to: '100' });
    await clock.advanceAsync(100);
    expect(await all()).toMatchObject([{ endpointId, from: 'anna', to: '100', status: 'in-progress' }]);
  });

  it.each([
    ['a number that is nobody’s with 404', { to: '+14155550777' }, {}, 404],
    ['calls of a suspended account with 403', {}, { account: { status: 'suspended' } }, 403],
    ['calls beyond the account’s concurrent calls with 486', {}, { account: { concurrentCalls: 0 } }, 486],
    ['calls beyond the account’s calls per second with 503', {}, { account: { callsPerSecond: 0 } }, 503],
    ['calls beyond what the node carries with 503', {}, { maxCalls: 0 }, 503],
  ] as const)('refuses %s, without a record', async (_, call, options, status) => {
    const { clock, incoming, all, calls } = await setUp(options);
    const caller = incoming(call);
    await clock.advanceAsync(100);
    expect(caller.refusedWith).toBe(status);
    if (status === 503) expect(caller.refusalHeaders['Retry-After']).toBeDefined();
    expect(await all()).toEqual([]);
    expect(calls.admission.counts().total).toBe(0);
  });

  it('refuses a number without an application with 404', async () => {
    const { clock, incoming, routing } = await setUp();
    routing.saveNumber('+14155550102', { accountId, numberId: 'PN' });
    const caller = incoming({ to: '+14155550102' });
    await clock.advanceAsync(100);
    expect(caller.refusedWith).toBe(404);
  });

  it('refuses with 503 when the call cannot be stored, and leaves nothing behind', async () => {
    const { clock, incoming, calls, all } = await setUp({
      store: (memory) =>
        Object.assign(Object.create(memory) as typeof memory, {
          insert: async () => {
            throw new Error('the database is away');
          },
          change: memory.change.bind(memory),
          list: memory.list.bind(memory),
        }),
    });
    const caller = incoming();
    await clock.advanceAsync(60_000);
    expect(caller.refusedWith).toBe(503);
    expect(await all()).toEqual([]);
    expect(calls.registry.size).toBe(0);
    expect(calls.admission.counts().total).toBe(0);
  });

  it('ends a call whose first write came through although its answer was lost', async () => {
    const { clock, incoming, all, store } = await setUp({
      store: (memory) =>
        Object.assign(Object.create(memory) as typeof memory, {
          insert: async (...args: Parameters<typeof memory.insert>) => {
            await memory.insert(...args);
            throw new Error('the connection was lost');
          },
          change: memory.change.bind(memory),
          list: memory.list.bind(memory),
          find: memory.find.bind(memory),
        }),
    });
    incoming();
    await clock.advanceAsync(1000);
    const [call] = await all();
    expect(call!.status).toBe('failed');
    expect(await eventTypes(store, call!.id)).toEqual(['call.initiated', 'call.completed', 'cdr.created']);
  });

  it('is canceled, and its script told, when the caller gives up before the answer', async () => {
    const { clock, incoming, all, scripts, store } = await setUp();
    scripts.scripts.set(scriptUrl, () => new Promise(() => undefined)); // a webhook that takes its time
    incoming({ cancelAfterMs: 5000 });
    await clock.advanceAsync(6000);
    const [call] = await all();
    expect(call).toMatchObject({ status: 'canceled', termination: { by: 'remote', reason: 'caller-canceled' } });
    expect(await eventTypes(store, call!.id)).toEqual(['call.initiated', 'call.completed', 'cdr.created']);
  });

  it('tells the caller that it rings where the script takes its time', async () => {
    const { clock, incoming, scripts } = await setUp();
    scripts.scripts.set(scriptUrl, () => new Promise(() => undefined));
    const caller = incoming({ cancelAfterMs: 5000 });
    await clock.advanceAsync(200);
    expect(caller.told).toEqual([]);
    await clock.advanceAsync(200);
    expect(caller.told).toEqual(['ringing']);
    await clock.advanceAsync(10_000);
  });

  it('is over for its script from the moment on that its leg is, though the end is not written yet', async () => {
    const { clock, incoming, all, scripts, store } = await setUp();
    let seen: { status: string; endedAt?: number | undefined } | undefined;
    scripts.scripts.set(scriptUrl, async (run) => {
      run.nextRevision();
      await run.leg.answer();
      await new Promise((resolve) => run.leg.events.once('ended', resolve));
      const { status, endedAt } = run.call();
      seen = { status, endedAt };
      return { kind: 'call-ended' };
    });
    const caller = incoming();
    await clock.advanceAsync(1000);
    const change = store.change.bind(store);
    store.change = async (...words) => {
      await pause(clock, 5000);
      return change(...words);
    };
    const hungUpAt = clock.now();
    caller.hangUp();
    await clock.advanceAsync(1000);
    expect(seen).toEqual({ status: 'completed', endedAt: hungUpAt });
    expect((await all())[0]!.status).toBe('in-progress');
    await clock.advanceAsync(10_000);
    expect((await all())[0]!.status).toBe('completed');
  });

  it('ends at the time limit with its own reason', async () => {
    const { clock, incoming, all, scripts } = await setUp();
    scripts.scripts.set(scriptUrl, answerAndWait);
    incoming();
    // The far end of the fake engine is silent otherwise, and that would end it first.
    await clock.advanceAsync(14_400_000);
    const [call] = await all();
    expect(call!.status).toBe('completed');
    expect(call!.termination!.reason).toBe('time-limit');
  });

  it('writes the end again until the store takes it', async () => {
    let away = false;
    const { clock, incoming, all, calls, store } = await setUp({
      store: (memory) =>
        Object.assign(Object.create(memory) as typeof memory, {
          insert: memory.insert.bind(memory),
          list: memory.list.bind(memory),
          find: memory.find.bind(memory),
          change: async (...args: Parameters<typeof memory.change>) => {
            if (away) throw new Error('the database is away');
            return memory.change(...args);
          },
        }),
    });
    const caller = incoming();
    away = true;
    await clock.advanceAsync(1000);
    caller.hangUp();
    await clock.advanceAsync(30_000);
    expect(calls.registry.size).toBe(1);
    away = false;
    await clock.advanceAsync(10_000);
    const [call] = await all();
    expect(calls.registry.size).toBe(0);
    // The answer's own write was lost; the last one carries it.
    expect(await eventTypes(store, call!.id)).toEqual([
      'call.initiated',
      'call.answered',
      'call.completed',
      'cdr.created',
    ]);
    expect(call).toMatchObject({ status: 'completed', scriptRevision: 1 });
    expect(call!.answeredAt).toBeLessThan(call!.endedAt!);
  });

  it('SOFTIN-15 refuses whom the contact centre keeps out before anything is heard; the call and its CDR stay', async () => {
    const asked: string[] = [];
    const blackList = { callType: 2, endCode: 'blackList', endCodeNumber: 100 } as const;
    const { clock, incoming, all, scripts, store, calls } = await setUp({
      gate: {
        async keepsOut({ id, from }) {
          asked.push(id);
          return from === '+447700900123' ? blackList : undefined;
        },
        scriptFor: async (_call, script) => script,
      },
    });
    const kept = incoming();
    await clock.advanceAsync(1000);
    expect(kept.refusedWith).toBe(603);
    expect(scripts.runs).toEqual([]);
    const [call] = await all();
    expect(call).toMatchObject({
      id: asked[0],
      from: '+447700900123',
      termination: { by: 'system', reason: 'denied', sip: 603 },
    });
    expect(await eventTypes(store, call!.id)).toEqual(['call.initiated', 'call.completed', 'cdr.created']);
    expect(calls.admission.counts().total).toBe(0);
    incoming({ from: '+447700900124' });
    await clock.advanceAsync(1000);
    expect(scripts.runs).toHaveLength(1);
  });

  it('OUTSET-06 runs the script that the contact centre puts before the number’s own', async () => {
    const before = { inline: '[]' };
    const { clock, incoming, scripts } = await setUp({
      gate: { keepsOut: async () => undefined, scriptFor: async () => before },
    });
    incoming();
    await clock.advanceAsync(1000);
    expect(scripts.runs.map(({ script }) => script)).toEqual([before]);
  });
});
