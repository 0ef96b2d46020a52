import { afterEach, describe, expect, it } from 'vitest';
import { digestIsRight } from './digest-answer.js';
import { headerOf } from './sip-text.js';
import { TonePhone, type TonePhoneOptions } from './tone-phone.js';

describe('two tone phones', () => {
  const phones: TonePhone[] = [];
  afterEach(() => {
    for (const phone of phones.splice(0)) phone.close();
  });

  async function pair(callerOptions: Partial<TonePhoneOptions> = {}): Promise<[TonePhone, TonePhone]> {
    const callee = await TonePhone.open({ user: 'bob', party: 'callee', server: { host: '127.0.0.1', port: 9 } });
    const caller = await TonePhone.open({ user: 'ann', party: 'caller', server: callee.address, ...callerOptions });
    phones.push(callee, caller);
    return [caller, callee];
  }

  async function connected(callerOptions: Partial<TonePhoneOptions> = {}) {
    const [caller, callee] = await pair(callerOptions);
    const out = await caller.dial('bob');
    const into = await callee.nextCall();
    into.ring();
    await out.provisional(180);
    await Promise.all([into.answer(), out.answered()]);
    return { caller, callee, out, into };
  }

  it('hear each other, and each the tone of the other only', async () => {
    const { out, into } = await connected();
    await Promise.all([out.media.hears('callee'), into.media.hears('caller')]);
    expect((await out.bye()).status).toBe(200);
    expect(await into.ended).toEqual({ by: 'them', how: 'BYE' });
    expect(await out.ended).toEqual({ by: 'us', how: 'BYE' });
  });

  it('hear each other through PCMA where that is all that one has', async () => {
    const { out, into } = await connected({ codecs: ['PCMA'] });
    await Promise.all([out.media.hears('callee'), into.media.hears('caller')]);
    expect(into.media.packets.all[0]?.packet.payloadType).toBe(8);
  });

  it('pass digits on, each once', async () => {
    const { out, into } = await connected();
    await out.media.sendDigits('1234#');
    await into.media.hearsDigits('1234#');
    await into.media.hears('caller');
  });

  it('are silent while held and heard again when resumed', async () => {
    const { out, into } = await connected();
    await out.media.hears('callee');
    expect((await out.hold()).status).toBe(200);
    await out.media.listen(100);
    expect(await out.media.listen(400)).toEqual([]);
    expect((await out.resume()).status).toBe(200);
    await Promise.all([out.media.hears('callee'), into.media.hears('caller')]);
  });

  it('sound before the answer when the callee plays early', async () => {
    const [caller, callee] = await pair();
    const out = await caller.dial('bob');
    const into = await callee.nextCall();
    into.earlyMedia();
    expect((await out.provisional(183)).body).toContain('m=audio');
    await out.media.hears('callee');
    into.reject(486, 'Busy Here');
    expect(await out.ended).toEqual({ by: 'them', how: '486' });
  });

  it('give up a call that is cancelled in time', async () => {
    const [caller, callee] = await pair();
    const out = await caller.dial('bob');
    const into = await callee.nextCall();
    into.ring();
    await out.provisional(180);
    out.cancel();
    expect(await out.ended).toEqual({ by: 'them', how: '487' });
    expect(await into.ended).toEqual({ by: 'them', how: 'CANCEL' });
  });

  it('can let a CANCEL and a 200 cross', async () => {
    const [caller, callee] = await pair();
    const out = await caller.dial('bob');
    const into = await callee.nextCall();
    into.onCancel = 'answer';
    out.cancel();
    await out.answered();
    expect((await out.bye()).status).toBe(200);
    expect((await into.ended).how).toBe('BYE');
  });

  it('repeat the 200 until the caller acknowledges it (RFC 3261 13.3.1.4)', async () => {
    const [caller, callee] = await pair();
    const out = await caller.dial('bob', { autoAck: false });
    const into = await callee.nextCall();
    const answered = into.answer();
    await out.received.until('a second 200', () =>
      out.received.all.filter((message) => message.status === 200).length >= 2 ? true : undefined,
    );
    out.ack();
    await answered;
  });

  it('make the call when the offer comes late', async () => {
    const [caller, callee] = await pair();
    const out = await caller.dial('bob', { delayedOffer: true });
    const into = await callee.nextCall();
    expect(into.invitation.body).toBe('');
    await Promise.all([into.answer(), out.answered()]);
    await Promise.all([out.media.hears('callee'), into.media.hears('caller')]);
  });

  it('notice that the other one fell silent', async () => {
    const { out, into } = await connected();
    await into.media.hears('caller');
    out.media.freeze(true);
    await into.media.listen(100);
    const before = into.media.ear.packets;
    expect(await into.media.listen(300)).toEqual([]);
    expect(into.media.ear.packets).toBe(before);
  });

  it('fail a wait with what was seen when the other one is not heard', async () => {
    const { out } = await connected();
    await expect(out.media.packets.first('nobody', () => false, { guardMs: 50 })).rejects.toThrow(
      /waited 0.05 s for nobody/,
    );
  });

  it('take a CANCEL that comes right behind the INVITE', async () => {
    const [caller, callee] = await pair();
    const out = await caller.dial('bob');
    out.cancel();
    expect(await out.ended).toEqual({ by: 'them', how: '487' });
    expect(await (await callee.nextCall()).ended).toEqual({ by: 'them', how: 'CANCEL' });
  });

  it('may hang up both at once', async () => {
    const { out, into } = await connected();
    const answers = await Promise.all([out.bye(), into.bye()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('may answer a challenge to their call', async () => {
    const [caller, callee] = await pair({ password: 'secret' });
    const out = await caller.dial('bob');
    const into = await callee.nextCall();
    const authorized = await into.challenge('Digest realm="test", nonce="abc", qop="auth", algorithm=MD5');
    expect(digestIsRight(headerOf(authorized, 'Authorization'), 'secret', 'INVITE')).toBe(true);
    await Promise.all([into.answer(), out.answered()]);
    await into.media.hears('caller');
  });

  it('carry extension headers', async () => {
    const [caller, callee] = await pair();
    await caller.dial('bob', { from: '+15550100', headers: [['X-Order', '17']] });
    const into = await callee.nextCall();
    expect(headerOf(into.invitation, 'X-Order')).toBe('17');
    expect(headerOf(into.invitation, 'From')).toContain('sip:+15550100@');
    into.reject(480);
  });
});
