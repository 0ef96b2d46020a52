import { answers } from '@hookswitch/media/drivers/fake/index';
import { describe, expect, it } from 'vitest';
import { type ScriptedCall, scriptedCall } from '../scripted-call.fixture.js';

const after = 'https://backend.example/after';
const goesOn = { verb: 'tag', tags: { wentOn: 'yes' } };

/** A call that is referred; `tell` is what the caller's PBX says of it, one after another. */
async function referred(tell: (caller: ScriptedCall['caller']) => void, fields: Record<string, unknown> = {}) {
  const call = await scriptedCall({
    verbs: [{ verb: 'refer', referTo: 'sip:100@pbx.example', timeout: 10, ...fields }, goesOn],
    http: (http) => http.on(after, JSON.stringify([goesOn])),
  });
  await call.advance(10);
  tell(call.caller);
  await call.advance(100);
  return call;
}

describe('refer', () => {
  it('answers, sends the caller away, tells its action how it went, and hangs up', async () => {
    const call = await referred(
      (caller) => {
        for (const status of [100, 180, 200]) caller.notify(status);
      },
      { action: '/after' },
    );
    expect(call.caller.referredTo).toEqual(['sip:100@pbx.example']);
    expect([call.caller.status, call.tags]).toEqual(['ended', {}]);
    expect(call.questions[1]).toMatchObject({
      url: after,
      result: { verb: 'refer', referStatus: 'transferred', referSipStatus: 202, notifySipStatus: 200 },
    });
    expect(call.notes('sip')).toEqual([100, 180, 200].map((status) => `the far end tells of its new call: ${status}`));
    expect(call.notes('event')).toEqual(['refer: transferred']);
  });

  it('runs nothing after it where the call was transferred and there is no action', async () => {
    const call = await referred((caller) => caller.notify(200));
    expect([call.caller.status, call.tags, call.end]).toEqual(['ended', {}, { kind: 'finished' }]);
  });

  it('goes on where the far end could not', async () => {
    const call = await referred((caller) => caller.notify(486));
    expect(call.tags).toEqual({ wentOn: 'yes' });
    expect(call.notes('event')).toEqual(['refer: failed']);
  });

  it('goes on where the far end tells nothing in time', async () => {
    const call = await referred(() => {}, { action: '/after' });
    expect(call.questions).toHaveLength(1);
    await call.advance(10_000);
    expect(call.questions[1]).toMatchObject({ result: { referStatus: 'untold', referSipStatus: 202 } });
    expect(call.tags).toEqual({ wentOn: 'yes' });
  });

  it('tells its action although the far end hung up, as most do once their call is answered', async () => {
    const call = await referred((caller) => caller.hangUp(), { action: '/after' });
    expect(call.questions[1]).toMatchObject({ result: { referStatus: 'untold' } });
    expect(call.end).toEqual({ kind: 'call-ended' });
  });

  it('asks for a number at the address of the far end', async () => {
    const call = await referred((caller) => caller.notify(200), { referTo: '+4930777' });
    expect(call.caller.referredTo).toEqual(['sip:+4930777@192.0.2.1:5060']);
  });

  it('connects the far ends of two calls of ours (Replaces)', async () => {
    const call = await scriptedCall({
      verbs: [{ verb: 'refer', callId: `CA${'7'.repeat(32)}` }],
      phones: { '4930333': answers() },
    });
    expect(call.notes('error')).toHaveLength(1);
    const other = await scriptedCall({
      verbs: [
        { verb: 'pause', length: 1 },
        { verb: 'refer', callId: otherId },
      ],
    });
    other.engine.network.phone('4930333', answers());
    other.engine.dial({
      callId: otherId,
      target: { kind: 'sip', uri: 'sip:4930333@far.example' },
      from: '+4930222',
      ringTimeoutMs: 1000,
    });
    await other.advance(1100);
    expect(other.caller.referredTo[0]).toContain('Replaces=');
  });

  it.each([
    [{}, '/0/referTo'],
    [{ referTo: 'sip:1@a', callId: `CA${'7'.repeat(32)}` }, '/0/referTo'],
    [{ referTo: 'javascript:alert(1)' }, '/0/referTo'],
    [{ referTo: 'sip:1@a>\r\nX: y' }, '/0/referTo'],
  ])('refuses %j', async (fields, pointer) => {
    const call = await scriptedCall({ verbs: [{ verb: 'refer', ...fields }] });
    await call.advance(10);
    expect(call.timeline.find(({ kind }) => kind === 'error')?.detail).toMatchObject({ pointer });
  });
});

const otherId = `CA${'8'.repeat(32)}`;
