import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import {
  answers,
  createFakeEngine,
  isBusy,
  ledByHand,
  neverAnswers,
  refuses,
} from '@hookswitch/media/drivers/fake/index';
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
import type { PlaceCall } from './place-outbound-call.js';

async function setUp(options: Omit<Parameters<typeof callsForTests>[0], 'clock' | 'engine'> = {}) {
  const clock = new ManualClock();
  const engine = createFakeEngine({ clock, random: seededRandom(7) });
  await engine.start();
  const kit = await callsForTests({ clock, engine, ...options });
  return { clock, engine, ...kit };
}

const dialled = '+14155550199';

describe('placeOutboundCall', () => {
  it('goes queued, ringing, in-progress, completed, and runs the script from the answer on', async () => {
    const { clock, engine, place, scripts, store } = await setUp();
    engine.network.phone(dialled, answers(2000));
    scripts.scripts.set(scriptUrl, answerAndFinish);
    const call = await place();
    expect(call).toMatchObject({ status: 'queued', direction: 'outbound-api', trunkId, from: ownNumber, to: dialled });
    await clock.advanceAsync(1000);
    expect(await store.find(call.id)).toMatchObject({ status: 'ringing', ringingAt: expect.any(Number) });
    expect(scripts.runs).toHaveLength(0);
    await clock.advanceAsync(5000);
    expect(await store.find(call.id)).toMatchObject({ status: 'completed', scriptRevision: 1 });
    expect(await eventTypes(store, call.id)).toEqual([
      'call.initiated',
      'call.ringing',
      'call.answered',
      'call.completed',
      'cdr.created',
    ]);
  });

  it.each([
    ['busy', isBusy, 'busy', 'busy'],
    ['no-answer', neverAnswers, 'no-answer', 'ring-timeout'],
    ['failed', refuses(404), 'failed', 'not-found'],
    ['no-answer of a phone that is away', refuses(480), 'no-answer', 'ring-timeout'],
  ])('ends as %s', async (_, farEnd, status, reason) => {
    const { clock, engine, place, store } = await setUp();
    engine.network.phone(dialled, farEnd);
    const { id } = await place();
    await clock.advanceAsync(61_000);
    expect(await store.find(id)).toMatchObject({ status, termination: { reason } });
    expect((await eventTypes(store, id)).slice(-2)).toEqual(['call.completed', 'cdr.created']);
  });

  it('records and sends digits once answered, then runs the script', async () => {
    const { clock, engine, place, recorder, scripts } = await setUp();
    let seen = '';
    engine.network.events.on('dialled', (farEnd) => {
      scripts.scripts.set(scriptUrl, async (run) => {
        seen = farEnd.receivedDigits;
        return answerAndWait(run);
      });
    });
    engine.network.phone(dialled, answers(100));
    await place({ record: { channels: 2 }, sendDigits: 'w12#' });
    await clock.advanceAsync(5000);
    expect(recorder.asked).toEqual(['start OutboundAPI']);
    expect(seen).toBe('12#');
  });

  it("runs an application's script with the application's secrets", async () => {
    const { clock, engine, scripts, newId, calls } = await setUp();
    engine.network.phone(dialled, answers(100));
    await calls.control.place({
      callId: newId('CA'),
      accountId,
      to: dialled,
      from: ownNumber,
      applicationId,
      ringTimeoutSeconds: 60,
      timeLimitSeconds: 100,
    });
    await clock.advanceAsync(1000);
    expect(scripts.runs).toMatchObject([{ script: { url: scriptUrl }, signingSecrets: ['whsec_YXBwbGljYXRpb24='] }]);
  });

  it('calls SIP URIs of allowed hosts and its own endpoints', async () => {
    const { clock, engine, place, store } = await setUp();
    engine.network.phone('bob@friends.example', answers(100));
    engine.network.register(endpointId, answers(100));
    const sip = await place({ to: 'sip:bob@friends.example' });
    const phone = await place({ to: endpointId, from: 'reception' });
    await clock.advanceAsync(1000);
    expect(await store.find(sip.id)).toMatchObject({ status: 'in-progress' });
    expect(await store.find(phone.id)).toMatchObject({ status: 'in-progress', endpointId });
  });

  it.each<[string, Partial<PlaceCall>, object, string]>([
    ['a destination that is none', { to: 'grandma' }, {}, 'invalid-request'],
    ['a number outside the allowed prefixes', { to: '+442071838750' }, {}, 'destination-not-allowed'],
    ['a SIP host that is not allowed', { to: 'sip:a@elsewhere.example' }, {}, 'destination-not-allowed'],
    ['another account’s number as caller id', { from: '+14155550155' }, {}, 'caller-id-not-allowed'],
    ['a name as caller id towards a number', { from: 'reception' }, {}, 'caller-id-not-allowed'],
    ['an application that is not there', { applicationId: `AP${'9'.repeat(32)}` }, {}, 'invalid-request'],
    ['another account’s endpoint', { to: `SE${'9'.repeat(32)}` }, {}, 'no-route'],
    ['a trunk that is not there', { trunkId: 'TK9' }, {}, 'no-route'],
    ['calls of a suspended account', {}, { status: 'suspended' }, 'account-suspended'],
    ['calls beyond the concurrent calls', {}, { concurrentCalls: 0 }, 'concurrent-calls-limit'],
    ['calls beyond the calls per second', {}, { callsPerSecond: 0 }, 'calls-per-second-limit'],
    ['calls beyond the minutes of the day', {}, { minutesPerDay: 0 }, 'minutes-per-day-limit'],
  ])('refuses %s, and nothing is stored or dialled', async (_, request, account, code) => {
    const { place, store, engine, calls } = await setUp({ account });
    await expect(place(request)).rejects.toMatchObject({ code });
    expect(await store.list(accountId, {}, { limit: 10 })).toEqual([]);
    expect(engine.gauges().calls).toBe(0);
    expect(calls.admission.counts().total).toBe(0);
  });

  it('counts the minutes that were talked, and lets a call last no longer than is left of them', async () => {
    const { clock, engine, place, store } = await setUp({ account: { minutesPerDay: 2 } });
    engine.network.phone(dialled, answers(0));
    const first = await place({ timeLimitSeconds: 90 });
    await clock.advanceAsync(91_000);
    expect(await store.find(first.id)).toMatchObject({ termination: { reason: 'time-limit' } });
    const second = await place();
    expect((await store.find(second.id))!.timeLimitSeconds).toBe(30);
    await clock.advanceAsync(31_000);
    expect(await store.find(second.id)).toMatchObject({ termination: { reason: 'time-limit' } });
    await expect(place()).rejects.toMatchObject({ code: 'minutes-per-day-limit' });
    await clock.advanceAsync(86_400_000);
    await place();
  });

  it('gives the place back when the call ends', async () => {
    const { clock, engine, place } = await setUp({ account: { concurrentCalls: 1 } });
    engine.network.phone(dialled, isBusy);
    await place();
    await expect(place()).rejects.toMatchObject({ code: 'concurrent-calls-limit' });
    await clock.advanceAsync(1000);
    await place();
  });

  it('can be canceled before the answer, once', async () => {
    const { clock, engine, place, calls, store } = await setUp();
    engine.network.phone(dialled, neverAnswers);
    const { id: callId } = await place();
    await clock.advanceAsync(1000);
    const cancel = () => calls.control.modify({ accountId, callId, change: { status: 'canceled' } });
    const [first] = await Promise.all([cancel(), clock.advanceAsync(3000)]);
    expect(first.status).toBe('canceled');
    await expect(cancel()).rejects.toMatchObject({ code: 'call-not-live' });
    expect(await eventTypes(store, callId)).toEqual([
      'call.initiated',
      'call.ringing',
      'call.completed',
      'cdr.created',
    ]);
  });

  it('ends once when the answer crosses the cancel', async () => {
    for (let cancelAt = 0; cancelAt <= 40; cancelAt += 2) {
      const clock = new ManualClock();
      const engine = createFakeEngine({ clock, random: seededRandom(7), latencyMs: 10 });
      await engine.start();
      const { place, calls, store } = await callsForTests({ clock, engine });
      engine.network.phone(dialled, { ringAfterMs: 0, answerAfterMs: 10 });
      const { id: callId } = await place();
      await clock.advanceAsync(cancelAt);
      const answered = calls.control.modify({ accountId, callId, change: { status: 'canceled' } }).then(
        (call) => call.status,
        (error: { code: string }) => error.code,
      );
      await clock.advanceAsync(5000);
      if ((await answered) === 'call-already-answered') {
        await Promise.all([
          calls.control.modify({ accountId, callId, change: { status: 'completed' } }),
          clock.advanceAsync(5000),
        ]);
        expect((await store.find(callId))!.status).toBe('completed');
      } else {
        expect((await store.find(callId))!.status).toBe('canceled');
      }
      const types = await eventTypes(store, callId);
      expect(types.filter((type) => type === 'call.completed' || type === 'cdr.created')).toHaveLength(2);
      expect(engine.gauges().calls).toBe(0);
    }
  });

  it('leaves nothing dialled when it cannot be stored', async () => {
    const { place, engine, calls, clock } = await setUp({
      store: (memory) =>
        Object.assign(Object.create(memory) as typeof memory, {
          insert: async () => {
            throw new Error('the database is away');
          },
          change: memory.change.bind(memory),
        }),
    });
    await expect(place()).rejects.toThrow('the database is away');
    await clock.advanceAsync(1000);
    expect(engine.gauges().calls).toBe(0);
    expect(calls.admission.counts().total).toBe(0);
    await calls.drain(0);
  });
});

describe('a dialled child call', () => {
  async function withParent(options: Parameters<typeof setUp>[0] = {}) {
    const kit = await setUp(options);
    const { clock, engine, scripts, store } = kit;
    engine.network.call({ from: '+447700900123', to: ownNumber, source: { kind: 'trunk', id: trunkId } });
    await clock.advanceAsync(100);
    const { children, leg } = scripts.runs[0]!;
    const parent = (await store.find(leg.id))!;
    const listChildren = () => store.list(accountId, { parentCallId: parent.id }, { limit: 10 });
    return { ...kit, children, leg, parent, listChildren };
  }

  const toNumber = (number: string) => ({ target: { kind: 'number' as const, number }, ringTimeoutSeconds: 30 });

  it("shares its parent's contact, shows its caller, and has events and a CDR of its own", async () => {
    const { clock, engine, children, parent, store } = await withParent();
    engine.network.phone(dialled, answers(1000, [{ afterMs: 5000, do: 'hang-up' }]));
    const child = await children.dial(toNumber(dialled));
    await clock.advanceAsync(10_000);
    expect(await child.ended).toMatchObject({ result: 'completed', by: 'remote' });
    const record = await store.find(child.callId);
    expect(record).toMatchObject({
      parentCallId: parent.id,
      contactId: parent.contactId,
      direction: 'outbound-dial',
      from: '+447700900123',
      status: 'completed',
    });
    expect(await eventTypes(store, child.callId)).toEqual([
      'call.initiated',
      'call.ringing',
      'call.answered',
      'call.completed',
      'cdr.created',
    ]);
  });

  it('ends with its parent', async () => {
    const { clock, engine, children, leg, listChildren } = await withParent();
    engine.network.phone(dialled, neverAnswers);
    engine.network.phone('+14155550198', answers(0));
    await children.dial(toNumber(dialled));
    await children.dial(toNumber('+14155550198'));
    await clock.advanceAsync(1000);
    leg.hangUp();
    await clock.advanceAsync(1000);
    expect((await listChildren()).map((call) => call.status).sort()).toEqual(['canceled', 'completed']);
    expect(engine.gauges().calls).toBe(0);
  });

  it('ends with its parent even when that went while the child was being stored', async () => {
    let hangUpNow: (() => void) | undefined;
    const { clock, engine, children, leg, listChildren } = await withParent({
      store: (memory) =>
        Object.assign(Object.create(memory) as typeof memory, {
          change: memory.change.bind(memory),
          find: memory.find.bind(memory),
          list: memory.list.bind(memory),
          insert: async (...args: Parameters<typeof memory.insert>) => {
            const stored = await memory.insert(...args);
            hangUpNow?.();
            return stored;
          },
        }),
    });
    engine.network.phone(dialled, answers(5000));
    hangUpNow = () => leg.hangUp();
    await children.dial(toNumber(dialled));
    await clock.advanceAsync(60_000);
    expect(await listChildren()).toMatchObject([{ status: 'canceled' }]);
    expect(engine.gauges().calls).toBe(0);
  });

  it.each([
    ['a destination outside the policy', toNumber('+442071838750'), {}, 'destination-not-allowed', 'denied'],
    [
      'a caller id that is not ours',
      { ...toNumber(dialled), callerId: '+14155550155' },
      {},
      'caller-id-not-allowed',
      'denied',
    ],
    ['one call too many', toNumber(dialled), { concurrentCalls: 1 }, 'concurrent-calls-limit', 'denied'],
    [
      'an endpoint that is not there',
      { ...toNumber(dialled), target: { kind: 'endpoint' as const, endpoint: 'nobody' } },
      {},
      'no-route',
      'not-found',
    ],
  ])('is refused for %s, with a record that says so', async (_, request, account, code, reason) => {
    const { children, listChildren, store, calls, clock, timelineStore } = await withParent({ account });
    await expect(children.dial(request)).rejects.toMatchObject({ code });
    const [refused] = await listChildren();
    await clock.advanceAsync(1000);
    const [entry] = await timelineStore.list(accountId, refused!.id, { limit: 10 });
    expect(entry).toMatchObject({ kind: 'error', summary: expect.stringMatching(/^not dialled: .+/) });
    expect(refused).toMatchObject({ status: 'failed', termination: { by: 'system', reason } });
    expect(await eventTypes(store, refused!.id)).toEqual(['call.initiated', 'call.completed', 'cdr.created']);
    expect(calls.admission.counts().total).toBe(1);
  });

  it('hears a whisper script before it is connected', async () => {
    const { clock, engine, children, scripts } = await withParent();
    engine.network.phone(dialled, answers(0));
    scripts.scripts.set('https://example.com/whisper', async () => ({ kind: 'left', by: 'end' }));
    const child = await children.dial(toNumber(dialled));
    await clock.advanceAsync(1000);
    const { signal } = new AbortController();
    expect(await child.runScript({ url: 'https://example.com/whisper' }, signal)).toBe('left');
    expect(scripts.runs.at(-1)).toMatchObject({ aside: 'whisper', leg: child.leg });
    const gone = child.runScript({ verbs: [{ verb: 'hangup' }] }, signal);
    child.leg.hangUp();
    await clock.advanceAsync(1000);
    expect(await gone).toBe('ended');
  });

  it('hears its parent once connected', async () => {
    const { clock, engine, children, leg } = await withParent();
    engine.network.phone(dialled, ledByHand);
    let callee: { answer(): void } | undefined;
    engine.network.events.on('dialled', (farEnd) => {
      callee = farEnd;
    });
    const child = await children.dial(toNumber(dialled));
    await clock.advanceAsync(100);
    callee!.answer();
    await clock.advanceAsync(100);
    const connection = children.connect(leg, child.leg);
    child.leg.hangUp();
    await clock.advanceAsync(100);
    expect(await connection.ended).toBe('b-ended');
  });
});
