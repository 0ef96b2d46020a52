import { describe, expect, it } from 'vitest';
import { ScriptedCall, type ScriptedCallOptions, scriptedCall } from '../scripted-call.fixture.js';

const action = 'https://backend.example/after';
const waitUrl = 'https://backend.example/wait';

function confers(verb: Readonly<Record<string, unknown>> = {}, options: Partial<ScriptedCallOptions> = {}) {
  return scriptedCall({
    verbs: [{ verb: 'conference', name: 'monday', action, ...verb }],
    ...options,
    http: (http) => {
      http.on(action, JSON.stringify([{ verb: 'say', text: 'bye' }]));
      options.http?.(http);
    },
  });
}
const told = (call: ScriptedCall) => call.questions.find(({ url }) => url === action)?.result;

describe('conference', () => {
  it('joins with the defaults of the description, and tells its action what came of it', async () => {
    const call = await confers();
    expect(call.leg.status).toBe('answered');
    expect(call.conferences.joins).toMatchObject([
      {
        name: 'monday',
        muted: false,
        startConferenceOnEnter: true,
        endConferenceOnExit: false,
        beep: 'both',
        maxParticipants: 200,
      },
    ]);
    await call.advance(10_000);
    expect(told(call)).toBeUndefined();
    call.conferences.end('ended');
    await call.advance(0);
    expect(told(call)).toEqual({
      verb: 'conference',
      conferenceResult: 'ended',
      name: 'monday',
      conferenceId: 'CF1',
      durationSeconds: 5,
    });
  });

  it.each([
    ['hungUp', 'left'],
    ['moved', 'left'],
    ['removed', 'removed'],
    ['full', 'full'],
    ['lost', 'failed'],
  ] as const)('says of one that was %s: %s', async (how, conferenceResult) => {
    const call = await confers();
    call.conferences.end(how);
    await call.advance(0);
    expect(told(call)).toMatchObject({ conferenceResult });
  });

  it('says why it failed', async () => {
    const call = await confers();
    call.conferences.end('failed', { errorCode: 'conference-unreachable' });
    await call.advance(0);
    expect(told(call)).toMatchObject({ conferenceResult: 'failed', errorCode: 'conference-unreachable' });
  });

  it('leaves by its key, and by no other', async () => {
    const call = await confers({ leaveOnKey: '#' });
    call.caller.press('5');
    await call.advance(1000);
    expect(call.conferences.left).toEqual([]);
    call.caller.press('#');
    await call.advance(1000);
    expect(call.conferences.left).toEqual(['left']);
    expect(told(call)).toMatchObject({ conferenceResult: 'left' });
  });

  it('leaves when its time is up', async () => {
    const call = await confers({ timeLimit: 60 });
    await call.advance(59_000);
    expect(call.conferences.left).toEqual([]);
    await call.advance(1000);
    expect(told(call)).toMatchObject({ conferenceResult: 'timeLimit' });
  });

  it('leaves when its script is interrupted, and tells nobody', async () => {
    const call = await confers();
    call.interruption.abort('a new script');
    await call.advance(0);
    expect(call.conferences.left).toEqual(['interrupted']);
    expect(told(call)).toBeUndefined();
    expect(call.leg.status).toBe('answered');
  });

  it('plays a soft tone while it waits, and nothing once somebody is there', async () => {
    const call = await confers();
    call.conferences.waits();
    await call.advance(5000);
    expect(ScriptedCall.heardBy(call.caller)).toEqual(['440']);
    call.conferences.talks();
    await call.advance(60_000);
    expect(ScriptedCall.heardBy(call.caller)).toEqual(['440']);
  });

  it('plays its own prompts while it waits, again and again', async () => {
    const call = await confers({ waitPrompts: [{ verb: 'say', text: 'soon' }] });
    call.conferences.waits();
    await call.advance(10_000);
    const heard = ScriptedCall.heardBy(call.caller);
    expect(heard.length).toBeGreaterThan(1);
    expect(new Set(heard).size).toBe(1);
    expect(heard[0]).toContain('soon');
  });

  it('is silent while it waits where the list of prompts is empty', async () => {
    const call = await confers({ waitPrompts: [] });
    call.conferences.waits();
    await call.advance(10_000);
    expect(ScriptedCall.heardBy(call.caller)).toEqual([]);
  });

  it('runs a script while it waits, by which the caller may leave', async () => {
    const wait = [{ verb: 'pause', length: 2 }, { verb: 'leave' }];
    const call = await confers({ waitUrl: '/wait' }, { http: (http) => http.on(waitUrl, JSON.stringify(wait)) });
    call.conferences.waits();
    await call.advance(1000);
    expect(call.questions.at(-1)).toMatchObject({
      url: waitUrl,
      result: { verb: 'conference', conferenceResult: 'waiting', name: 'monday' },
    });
    await call.advance(1000);
    expect(call.conferences.left).toEqual(['left']);
  });

  it('records the call while it is in the conference', async () => {
    const call = await confers({ record: 'record-from-start-dual' });
    expect(call.recordings[0]!.request).toMatchObject({ source: 'ConferenceVerb', channels: 2 });
    call.conferences.end('left');
    await call.advance(1000);
    expect(told(call)).toMatchObject({ recordingId: 'RE1' });
  });

  it('without an action goes on with the next verb', async () => {
    const call = await scriptedCall({
      verbs: [
        { verb: 'conference', name: 'monday' },
        { verb: 'say', text: 'after' },
      ],
    });
    call.conferences.end('left');
    await call.advance(1000);
    expect(ScriptedCall.heardBy(call.caller)[0]).toContain('after');
    expect(call.notes('verb')).toContain('left the conference monday: left');
  });

  it.each([
    [{ name: '' }, '/0/name'],
    [{ name: 'x'.repeat(129) }, '/0/name'],
    [{ maxParticipants: 1 }, '/0/maxParticipants'],
    [{ beep: 'always' }, '/0/beep'],
    [{ coach: 'ann' }, '/0/coach'],
    [{ leaveOnKey: '12' }, '/0/leaveOnKey'],
    [{ waitPrompts: [{ verb: 'play' }] }, '/0/waitPrompts/0/url'],
    [{ hold: true }, '/0/hold'],
  ])('refuses %j and names what is wrong', async (verb, pointer) => {
    const call = await confers(verb);
    expect(call.conferences.joins).toEqual([]);
    expect(JSON.stringify(call.timeline)).toContain(pointer);
  });
});
