import { describe, expect, it } from 'vitest';
import { headerOf } from '../peers/tone-phone/sip-text.js';
import type { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { quiet, useWorld } from './world.js';

const on = useWorld({ name: 'dial', redisDatabase: 4 });

/** A line that dials, and the path that is told how it went. */
async function dialing(verb: Readonly<Record<string, unknown>>) {
  const action = on.world.script([{ verb: 'play', url: '/prompt.wav', loop: 0 }], 'dialed');
  const line = await on.world.line([{ verb: 'dial', action, ...verb }]);
  return { line, action };
}

let endpoints = 0;

/** A registered phone of ours, and the name it is dialled by. */
async function registered(party: 'callee' | 'supervisor'): Promise<{ phone: TonePhone; username: string }> {
  endpoints += 1;
  const username = `desk-${endpoints}`;
  const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', { username });
  const phone = await on.world.phone({ user: username, password, party });
  expect((await phone.register()).status).toBe(200);
  return { phone, username };
}

describe('a call that dials', () => {
  it('reaches a number over a trunk; both talk, each is heard, and the call goes on after the called party left', async () => {
    const number = on.world.newNumber('a');
    const { line, action } = await dialing({
      targets: [{ type: 'number', number }],
      record: 'record-from-answer-dual',
    });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    expect(headerOf(callee.invitation, 'From')).toContain('+15550199');
    callee.ring();
    await callee.answer();
    await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
    await callee.bye();
    expect(await on.world.result(action)).toMatchObject({ verb: 'dial', dialStatus: 'completed', bridged: true });
    await caller.media.hears('prompt');
    await caller.bye();
    const { dialCallId, recordingId } = await on.world.result(action);
    const callId = await on.world.callId(line.path);
    const child = await on.world.cdr(dialCallId as string);
    expect(child).toMatchObject({
      direction: 'outbound-dial',
      parentCallId: callId,
      to: number,
      status: 'completed',
      termination: { by: 'remote', reason: 'hangup' },
    });
    expect((await on.world.cdr(callId)).recordingIds).toEqual([recordingId]);
  });

  it('ends the called party when the caller hangs up, and still tells how it went', async () => {
    const number = on.world.newNumber('a');
    const { line, action } = await dialing({ targets: [{ type: 'number', number }] });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    await callee.media.hears('caller');
    await caller.bye();
    expect(await callee.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(await on.world.backend.request(action)).toMatchObject({
      call: { status: 'completed' },
      result: { dialStatus: 'completed' },
    });
  });

  it('reaches a SIP address, with headers of its own', async () => {
    const phone = await on.world.phone({ user: 'bob', party: 'supervisor' });
    const uri = `sip:bob@127.0.0.1:${phone.address.port}`;
    const { line } = await dialing({ targets: [{ type: 'sip', uri, headers: { 'X-Ticket': '4711' } }] });
    const caller = await on.world.call(line);
    const callee = await phone.nextCall();
    expect(headerOf(callee.invitation, 'X-Ticket')).toBe('4711');
    await callee.answer();
    await Promise.all([caller.media.hears('supervisor'), callee.media.hears('caller')]);
    await caller.bye();
    await callee.ended;
  });

  it('answers the challenge of a SIP address with the credentials of the script', async () => {
    const phone = await on.world.phone({ user: 'bob', party: 'supervisor' });
    const uri = `sip:bob@127.0.0.1:${phone.address.port}`;
    const { line } = await dialing({ targets: [{ type: 'sip', uri, username: 'ann', password: 'secret-of-ann' }] });
    const caller = await on.world.call(line);
    const callee = await phone.nextCall();
    const invitation = await callee.challenge('Digest realm="test", nonce="abc", qop="auth", algorithm=MD5');
    expect(headerOf(invitation, 'Authorization')).toContain('username="ann"');
    await callee.answer();
    await caller.media.hears('supervisor');
    await caller.bye();
    const timeline = await on.world.timeline(await on.world.callId(line.path));
    expect(JSON.stringify(timeline)).not.toContain('secret-of-ann');
  });

  it('reaches a phone of ours that registered', async () => {
    const { phone, username } = await registered('callee');
    const { line } = await dialing({ targets: [{ type: 'endpoint', endpoint: username }] });
    const caller = await on.world.call(line);
    const callee = await phone.nextCall();
    await callee.answer();
    await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
    await caller.bye();
    await callee.ended;
  });

  it('rings several at once: the first to answer has the call, the others are let go', async () => {
    const [a, b] = [on.world.newNumber('a'), on.world.newNumber('b')];
    const { phone, username } = await registered('supervisor');
    const targets = [
      { type: 'number', number: a },
      { type: 'number', number: b },
      { type: 'endpoint', endpoint: username },
    ];
    const { line } = await dialing({ targets });
    const caller = await on.world.call(line);
    const [atA, atB, atDesk] = await Promise.all([
      on.world.carried('a', a),
      on.world.carried('b', b),
      phone.nextCall(),
    ]);
    for (const rung of [atA, atB, atDesk]) rung.ring();
    await atB.answer();
    expect(await atA.ended).toEqual({ by: 'them', how: 'CANCEL' });
    expect(await atDesk.ended).toEqual({ by: 'them', how: 'CANCEL' });
    const cancel = atA.received.all.find(({ method }) => method === 'CANCEL')!;
    expect(headerOf(cancel, 'Reason')).toMatch(/cause=200/);
    await Promise.all([caller.media.hears('agent'), atB.media.hears('caller')]);
    await caller.bye();
    const callId = await on.world.callId(line.path);
    await on.world.cdr(callId);
    const { items } = await on.world.api.get<{ items: { status: string }[] }>(`/v1/calls?parentCallId=${callId}`);
    expect(items.map(({ status }) => status).sort()).toEqual(['canceled', 'canceled', 'completed']);
  });

  it('tries one after another where the script says so', async () => {
    const [a, b] = [on.world.newNumber('a'), on.world.newNumber('b')];
    const { line } = await dialing({
      sequential: true,
      targets: [
        { type: 'number', number: a },
        { type: 'number', number: b },
      ],
    });
    const caller = await on.world.call(line);
    const first = await on.world.carried('a', a);
    expect(on.world.carriers.b.incoming.all.some(({ invitation }) => invitation.uri?.includes(b))).toBe(false);
    first.reject(486, 'Busy Here');
    const second = await on.world.carried('b', b);
    await second.answer();
    await caller.media.hears('agent');
    await caller.bye();
    await second.ended;
  });

  it.each([
    ['busy', 486, { dialStatus: 'busy', sipStatus: 486 }],
    ['not there', 404, { dialStatus: 'failed', sipStatus: 404 }],
    ['declining', 603, { dialStatus: 'busy', sipStatus: 603 }],
    ['away for now', 480, { dialStatus: 'no-answer', sipStatus: 480 }],
  ])('tells of a called party that is %s', async (_, status, result) => {
    const number = on.world.newNumber('a');
    const { line, action } = await dialing({ targets: [{ type: 'number', number }] });
    const caller = await on.world.call(line);
    (await on.world.carried('a', number)).reject(status);
    expect(await on.world.result(action)).toMatchObject({ ...result, bridged: false, durationSeconds: 0 });
    await caller.media.hears('prompt');
    await caller.bye();
  });

  it('gives up when nobody answers in time', async () => {
    const number = on.world.newNumber('a');
    const { line, action } = await dialing({ targets: [{ type: 'number', number }], timeout: 1 });
    await on.world.call(line);
    const callee = await on.world.carried('a', number);
    callee.ring();
    expect(await callee.ended).toEqual({ by: 'them', how: 'CANCEL' });
    const result = await on.world.result(action);
    expect(result).toMatchObject({ dialStatus: 'no-answer' });
    expect((await on.world.cdr(result.dialCallId as string)).termination).toMatchObject({ reason: 'ring-timeout' });
  });

  it.each([
    ['a destination that the account may not call', { type: 'number', number: '+8613800138000' }],
    ['a SIP host that the account may not call', { type: 'sip', uri: 'sip:bob@example.com' }],
    ['a number in a SIP address that the account may not call', { type: 'sip', uri: 'sip:+8613800138000@127.0.0.1' }],
    ['a phone that nobody has', { type: 'endpoint', endpoint: 'nobody' }],
  ])('fails at %s', async (_, target) => {
    const { line, action } = await dialing({ targets: [target] });
    const caller = await on.world.call(line);
    const result = await on.world.result(action);
    expect(result).toMatchObject({ dialStatus: 'failed', bridged: false });
    expect(typeof result.errorCode).toBe('string');
    await caller.media.hears('prompt');
    await caller.bye();
  });

  it('tells of a phone that is not registered', async () => {
    await on.world.api.post('/v1/endpoints', { username: 'asleep' });
    const { line, action } = await dialing({ targets: [{ type: 'endpoint', endpoint: 'asleep' }] });
    await on.world.call(line);
    const result = await on.world.result(action);
    expect(result).toMatchObject({ bridged: false });
    expect((await on.world.cdr(result.dialCallId as string)).termination).toMatchObject({ reason: 'not-registered' });
  });

  it('leaves the caller unanswered until the called party answers; the caller is told that it rings', async () => {
    const number = on.world.newNumber('a');
    const { line } = await dialing({ targets: [{ type: 'number', number }], answerOnBridge: true });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    callee.ring();
    await caller.provisional(180);
    expect(caller.received.all.some(({ status }) => status === 200)).toBe(false);
    await callee.answer();
    await caller.answered();
    await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
    await caller.bye();
    await callee.ended;
  });

  it("passes the called network's sound on before the answer", async () => {
    const number = on.world.newNumber('a');
    const { line } = await dialing({ targets: [{ type: 'number', number }], answerOnBridge: true });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    callee.earlyMedia();
    await caller.provisional(183);
    await caller.media.hears('callee');
    expect(caller.received.all.some(({ status }) => status === 200)).toBe(false);
    callee.reject(503, 'Sorry');
    await caller.answered();
    await caller.media.hears('prompt');
    await caller.bye();
  });

  it('lets an answered caller hear ringing, then the called network, then the called party', async () => {
    const number = on.world.newNumber('a');
    const { line } = await dialing({ targets: [{ type: 'number', number }] });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    callee.ring();
    await caller.answered();
    // Ringback is of 440 and 480 Hz: it is nobody's tone.
    await caller.media.packets.until('a second of sound', () => (caller.media.ear.length > 8000 ? true : undefined));
    callee.earlyMedia();
    await caller.media.hears('callee');
    await callee.answer();
    await callee.media.hears('caller');
    await caller.bye();
  });

  it('announces the call to the called party before they are connected', async () => {
    const number = on.world.newNumber('a');
    const whisper = on.world.script(
      [
        {
          verb: 'gather',
          numDigits: 1,
          timeout: 60,
          prompts: [{ verb: 'play', url: '/music.wav', loop: 0 }],
          action: '/whispered',
        },
      ],
      'whisper',
    );
    on.world.backend.answer('/whispered', []);
    const { line } = await dialing({ targets: [{ type: 'number', number, url: whisper }] });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    await callee.media.hears('music');
    expect(await caller.media.listen(500)).toEqual([]);
    await callee.media.sendDigits('1');
    await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
    await caller.bye();
    expect(await on.world.backend.request(whisper)).toMatchObject({ call: { direction: 'outbound-dial', to: number } });
  });

  it('is refused by a called party that hangs up in the announcement', async () => {
    const number = on.world.newNumber('a');
    const whisper = on.world.script([{ verb: 'play', url: '/music.wav', loop: 0 }], 'whisper');
    const { line, action } = await dialing({ targets: [{ type: 'number', number, url: whisper }] });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    await callee.media.hears('music');
    await callee.bye();
    expect(await on.world.result(action)).toMatchObject({ dialStatus: 'no-answer', bridged: false });
    await caller.bye();
  });

  it('ends the conversation at its time limit', async () => {
    const number = on.world.newNumber('a');
    const { line, action } = await dialing({ targets: [{ type: 'number', number }], timeLimit: 1 });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    expect(await callee.ended).toEqual({ by: 'them', how: 'BYE' });
    const result = await on.world.result(action);
    expect(result).toMatchObject({ dialStatus: 'completed', bridged: true });
    await caller.media.hears('prompt');
    await caller.bye();
    expect((await on.world.cdr(result.dialCallId as string)).termination).toMatchObject({ reason: 'time-limit' });
  });

  it('lets the caller leave with the star key', async () => {
    const number = on.world.newNumber('a');
    const { line } = await dialing({ targets: [{ type: 'number', number }], hangupOnStar: true });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    await callee.media.hears('caller');
    await caller.media.sendDigits('*');
    expect(await callee.ended).toEqual({ by: 'them', how: 'BYE' });
    await caller.media.hears('prompt');
    await caller.bye();
  });

  it('sends digits to the called party before they are connected', async () => {
    const number = on.world.newNumber('a');
    const { line } = await dialing({ targets: [{ type: 'number', number, sendDigits: 'w12#' }] });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    await callee.media.hearsDigits('12#');
    await callee.media.hears('caller');
    await caller.bye();
  });

  it('passes digits on between the two', async () => {
    const number = on.world.newNumber('a');
    const { line } = await dialing({ targets: [{ type: 'number', number }] });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    await callee.media.hears('caller');
    await caller.media.sendDigits('59');
    await callee.media.hearsDigits('59');
    await caller.bye();
  });

  it('keeps a held party from hearing and being heard, and connects it again', async () => {
    const number = on.world.newNumber('a');
    const { line } = await dialing({ targets: [{ type: 'number', number }] });
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
    expect((await callee.hold('inactive')).body).toContain('a=inactive');
    await quiet(caller);
    await quiet(callee);
    expect((await callee.resume()).status).toBe(200);
    await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
    expect((await caller.hold('sendonly')).body).toContain('a=recvonly');
    await quiet(caller);
    await caller.resume();
    await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
    await caller.bye();
    await callee.ended;
  });
});
