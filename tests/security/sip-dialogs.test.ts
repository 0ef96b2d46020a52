import { describe, expect, it } from 'vitest';
import { useWorld } from '../journeys/world.js';
import { headerOf, tagIn } from '../peers/tone-phone/sip-text.js';
import { Stranger } from './stranger.js';

const on = useWorld({ name: 'sip_dialogs', redisDatabase: 13 });

const waiting = [{ verb: 'answer' }, { verb: 'play', url: '/prompt.wav', loop: 0 }] as const;

async function callThatIsUp() {
  const line = await on.world.line(waiting);
  const call = await on.world.call(line);
  await call.answered();
  const answer = await call.final;
  return { line, call, answer, ours: tagIn(headerOf(answer, 'To')), theirs: tagIn(headerOf(answer, 'From')) };
}

describe('a stranger who wants a call that is up', () => {
  it.each(['BYE', 'INVITE', 'INFO', 'UPDATE', 'REFER'])(
    'is refused a forged %s with a guessed tag, and the call goes on',
    async (method) => {
      const { call, theirs, ours } = await callThatIsUp();
      const one = await Stranger.at('127.4.0.1', on.world.sip);
      for (const [to, from] of [
        ['guess', theirs],
        [ours, 'guess'],
        ['guess', 'guess'],
      ]) {
        const answer = await one.ask(method, {
          callId: call.callId,
          cseq: 99,
          to: `<sip:x@127.0.0.1>;tag=${to}`,
          from: `<sip:x@127.0.0.1>;tag=${from}`,
        });
        expect([405, 481]).toContain(answer.status);
      }
      await call.media.hears('prompt');
      await call.bye();
      one.close();
    },
  );

  it('cannot cancel a call that rings without its branch', async () => {
    const number = on.world.newNumber('a');
    const line = await on.world.line([{ verb: 'dial', answerOnBridge: true, targets: [{ type: 'number', number }] }]);
    const call = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    callee.ring();
    await call.provisional(180);
    const one = await Stranger.at('127.4.0.2', on.world.sip);
    const answer = await one.ask('CANCEL', { callId: call.callId, from: headerOf(call.invitation, 'From') });
    expect(answer.status).toBe(481);
    await callee.answer();
    await call.answered();
    await call.media.hears('callee');
    await call.bye();
    one.close();
  });
});

describe('a caller whose INVITE says strange things', () => {
  it('cannot smuggle header lines to the called party by display name, number or its own headers', async () => {
    const number = on.world.newNumber('a');
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
    const call = await on.world.call(line, {
      from: '%0d%0aX-Evil:1%0d%0a+15550199',
      headers: [
        ['X-Note', 'a\u0085X-Evil: 1\u2028X-Evil: 2'],
        ['P-Asserted-Identity', '"x\\"\\r\\nX-Evil: 3" <sip:+15550000000@127.0.0.1>'],
      ],
    });
    const callee = await on.world.carried('a', number);
    expect(callee.invitation.headers.map(([name]) => name.toLowerCase())).not.toContain('x-evil');
    await callee.answer();
    await call.bye();
  });

  it('is refused where Max-Forwards is no number (RFC 3261 20.22)', async () => {
    const line = await on.world.line(waiting);
    const carrier = await Stranger.at('127.0.0.1', on.world.sip);
    const answer = await carrier.ask('INVITE', { uri: `sip:${line.number}@127.0.0.1`, maxForwards: 'x' });
    expect(answer.status).toBe(400);
    carrier.close();
  });

  it.each([
    [
      'a destination the account does not allow',
      { type: 'number', number: '+882991234567' },
      'destination-not-allowed',
    ],
    ['a SIP host it does not allow', { type: 'sip', uri: 'sip:x@10.0.0.1' }, 'destination-not-allowed'],
    [
      'a denied number in a SIP address',
      { type: 'sip', uri: 'sip:+882991234567@127.0.0.1' },
      'destination-not-allowed',
    ],
    [
      'a denied number with its plus sign encoded',
      { type: 'sip', uri: 'sip:%2B882991234567@127.0.0.1' },
      'destination-not-allowed',
    ],
    [
      'a denied number with a parameter',
      { type: 'sip', uri: 'sip:+882991234567;ext=1@127.0.0.1' },
      'destination-not-allowed',
    ],
    [
      'a denied number with a password',
      { type: 'sip', uri: 'sip:+882991234567:x@127.0.0.1' },
      'destination-not-allowed',
    ],
  ])('cannot make a script dial %s', async (_name, target, code) => {
    const action = on.world.script([{ verb: 'hangup' }], 'denied');
    const line = await on.world.line([{ verb: 'dial', action, timeout: 1, targets: [target] }]);
    await on.world.call(line);
    expect(await on.world.result(action)).toMatchObject({ dialStatus: 'failed' });
    const callId = await on.world.callId(line.path);
    await on.world.eventually('the reason in the timeline', async () =>
      JSON.stringify(await on.world.timeline(callId)).includes(code) ? true : undefined,
    );
  });
});
