import { BaseError } from '@hookswitch/kernel/base-error';
import { describe, expect, it } from 'vitest';
import { ScriptedCall, type ScriptedCallOptions, scriptedCall } from '../scripted-call.fixture.js';

const action = 'https://backend.example/after';
const waitUrl = 'https://backend.example/wait';

function queued(verb: Readonly<Record<string, unknown>>, options: Partial<ScriptedCallOptions> = {}) {
  return scriptedCall({
    verbs: [{ verb: 'enqueue', skillGroup: 'Sales', action, ...verb }],
    ...options,
    http: (http) => {
      http.on(action, JSON.stringify([{ verb: 'say', text: 'bye' }]));
      options.http?.(http);
    },
  });
}
const told = (call: ScriptedCall) => call.questions.find(({ url }) => url === action)?.result;

describe('enqueue', () => {
  it('joins the queue it names and tells its action what came of it', async () => {
    const call = await queued({ priority: 7, keys: [{ key: '2', label: 'Sales' }], uui: 'order 4711' });
    expect(call.queue.joins).toMatchObject([
      {
        skillGroup: 'Sales',
        priority: 7,
        onNoSeat: 'turnAway',
        keys: [{ key: '2', label: 'Sales' }],
        uui: 'order 4711',
      },
    ]);
    call.queue.taken();
    await call.advance(10_000);
    expect(told(call)).toBeUndefined();
    call.queue.end('connected', { agentId: 'AG1', talkSeconds: 10 });
    await call.advance(0);
    expect(told(call)).toEqual({
      verb: 'enqueue',
      queueResult: 'connected',
      contactId: 'CN1',
      agentId: 'AG1',
      waitSeconds: 5,
      talkSeconds: 10,
    });
  });

  it('IVR-15 plays its prompts again and again with the number of callers ahead, until an agent takes the call', async () => {
    const call = await queued({ waitPrompts: [{ verb: 'say', text: '${WaitNo} ahead' }] });
    await call.advance(2500);
    call.queue.position = 1;
    await call.advance(3000);
    const heard = ScriptedCall.heardBy(call.caller);
    expect(heard[0]).toContain('2 ahead');
    expect(heard.at(-1)).toContain('0 ahead');
    call.queue.taken();
    await call.advance(0);
    const count = ScriptedCall.heardBy(call.caller).length;
    await call.advance(60_000);
    expect(ScriptedCall.heardBy(call.caller)).toHaveLength(count);
  });

  it('hears the standard sound where the script says nothing', async () => {
    const call = await queued({});
    await call.advance(60_000);
    expect(ScriptedCall.heardBy(call.caller)).toEqual(['440+480']);
  });

  it('leaves by its key', async () => {
    const call = await queued({ leaveOnKey: '9' });
    call.caller.press('1');
    await call.advance(100);
    expect(call.queue.left).toEqual([]);
    call.caller.press('9');
    await call.advance(100);
    expect(call.queue.left).toEqual(['left']);
    expect(told(call)).toMatchObject({ queueResult: 'left' });
  });

  it.each([
    ['any key', '5', []],
    ['#', '#', ['left']],
    ['no key', '', ['timeout']],
  ])('IVR-16 IVR-17 hears the time-out prompt; %s after it decides', async (_name, key, left) => {
    const call = await queued({ timeout: 20, timeoutGrace: 5, timeoutPrompts: [{ verb: 'say', text: 'stay or go' }] });
    await call.advance(19_000);
    expect(ScriptedCall.heardBy(call.caller).join()).not.toContain('stay or go');
    await call.advance(1500);
    expect(ScriptedCall.heardBy(call.caller).join()).toContain('stay or go');
    if (key) call.caller.press(key);
    await call.advance(15_000);
    expect(call.queue.left).toEqual(left);
  });

  it('asks its waiting script again and again how it stands, until it says leave', async () => {
    let leave = false;
    const call = await queued(
      { waitUrl: '/wait' },
      {
        http: (http) =>
          http.on(waitUrl, () => JSON.stringify(leave ? [{ verb: 'leave' }] : [{ verb: 'pause', length: 10 }])),
      },
    );
    await call.advance(25_000);
    const asked = call.questions.filter(({ url }) => url === waitUrl).map(({ result }) => result);
    expect(asked).toHaveLength(3);
    expect(asked[1]).toMatchObject({
      queueResult: 'waiting',
      queuePosition: 3,
      expectedWaitSeconds: 60,
      waitedSeconds: 10,
    });
    leave = true;
    await call.advance(10_000);
    expect(told(call)).toMatchObject({ queueResult: 'left' });
  });

  it('goes on waiting where its waiting script cannot be had', async () => {
    const call = await queued({ waitUrl: '/wait' }, { http: (http) => http.on(waitUrl, { status: 500 }) });
    await call.advance(30_000);
    expect(call.queue.left).toEqual([]);
    expect(call.caller.status).not.toBe('ended');
  });

  it('IVR-19 says the staff number to the caller, and the prompts for the agent to the agent', async () => {
    const call = await queued(
      {
        connectPrompts: [{ verb: 'say', text: 'You talk to ${StaffNo}' }],
        agentPrompts: [{ verb: 'say', text: 'a call from sales' }],
      },
      { phones: { 15550001: { answerAfterMs: 0 } } },
    );
    const target = { kind: 'number', number: '+15550001' } as const;
    const { leg } = await call.childCalls.dial({ target, ringTimeoutSeconds: 10 });
    await call.advance(100);
    call.queue.taken();
    const said = call.queue.joins[0]!.welcome({ leg, staffNumber: '1005' }, new AbortController().signal);
    await call.advance(30_000);
    await said;
    expect(ScriptedCall.heardBy(call.caller).at(-1)).toContain('You talk to 1005');
    expect(ScriptedCall.heardBy(call.dialled[0]!).join()).toContain('a call from sales');
  });

  it('tells why it could not be queued', async () => {
    const call = await queued({}, {});
    expect(call.queue.joins).toHaveLength(1);
    const refused = await scriptedCall({
      verbs: [
        { verb: 'pause', length: 1 },
        { verb: 'enqueue', skillGroup: 'Nobody', action },
      ],
      http: (http) => http.on(action, '[]'),
    });
    refused.queue.refusal = new BaseError('not_found', 'resource-not-found', 'There is no group Nobody.');
    await refused.advance(1500);
    expect(told(refused)).toMatchObject({ queueResult: 'failed', errorCode: 'resource-not-found' });
  });

  it.each([
    ['connected', 'finished'],
    ['timeout', undefined],
  ] as const)('with afterTalk hangup, and no action, ends the call after a talk (%s)', async (result, end) => {
    const verbs = [
      { verb: 'enqueue', skillGroup: 'Sales', afterTalk: 'hangup' },
      { verb: 'pause', length: 100 },
    ];
    const call = await scriptedCall({ verbs });
    call.queue.end(result);
    await call.advance(100);
    expect(call.end?.kind).toBe(end);
  });

  it('takes the call out of the queue when another script takes its place', async () => {
    const call = await queued({});
    call.interruption.abort();
    await call.advance(0);
    expect(call.queue.left).toEqual(['abandoned']);
    expect(call.end).toEqual({ kind: 'interrupted' });
    expect(told(call)).toBeUndefined();
  });

  it('tells its action also after the caller hung up', async () => {
    const call = await queued({});
    call.caller.hangUp();
    await call.advance(100);
    call.queue.end('left');
    await call.advance(100);
    expect(told(call)).toMatchObject({ queueResult: 'left' });
  });

  it.each([
    [{ verb: 'enqueue' }, '/0/skillGroup'],
    [{ verb: 'enqueue', skillGroup: 'S', waitPrompts: [{ verb: 'play' }] }, '/0/waitPrompts/0/url'],
    [{ verb: 'leave' }, '/0/verb'],
  ])('refuses %j', async (verb, pointer) => {
    const call = await scriptedCall({ verbs: [verb] });
    await call.advance(0);
    expect(call.timeline.find(({ kind }) => kind === 'error')).toMatchObject({ detail: { pointer } });
  });
});
