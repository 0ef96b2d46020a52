import { afterEach, describe, expect, it } from 'vitest';
import { digestIsRight } from '../tone-phone/digest-answer.js';
import { headerOf } from '../tone-phone/sip-text.js';
import { TonePhone } from '../tone-phone/tone-phone.js';
import { SippPeer } from './sipp-peer.js';

const nowhere = { host: '127.0.0.1', port: 9 };
const challenge = 'Digest realm="test", nonce="abc", qop="auth", algorithm=MD5';

describe('sipp', () => {
  const open: { close?(): void; stop?(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) {
      one.close?.();
      await one.stop?.();
    }
  });

  async function phone(server = nowhere): Promise<TonePhone> {
    const one = await TonePhone.open({ user: 'tone', party: 'callee', server });
    open.push(one);
    return one;
  }

  async function sipp(options: Parameters<typeof SippPeer.start>[0]): Promise<SippPeer> {
    const one = await SippPeer.start(options);
    open.push(one);
    return one;
  }

  it('calls, sounds, presses keys and hangs up', async () => {
    const callee = await phone();
    const programme = [{ tone: 'caller', ms: 600 }, { digits: '42#' }, { tone: 'caller', ms: 600 }] as const;
    const caller = await sipp({
      scenario: 'uac-media',
      remote: callee.address,
      target: 'tone',
      user: '+15550100',
      programme,
    });
    const call = await callee.nextCall();
    expect(headerOf(call.invitation, 'From')).toContain('sip:+15550100@127.0.0.1');
    call.ring();
    await call.answer();
    await call.media.hears('caller');
    await call.media.hearsDigits('42#');
    expect((await call.ended).how).toBe('BYE');
    await caller.finished();
  });

  it('sounds in A-law too, and waits to be hung up on', async () => {
    const callee = await phone();
    const programme = [{ tone: 'agent', ms: 2000 }] as const;
    const caller = await sipp({ scenario: 'uac-await-bye', remote: callee.address, programme, codec: 'PCMA' });
    const call = await callee.nextCall();
    await call.answer();
    await call.media.hears('agent');
    expect(call.media.packets.all[0]?.packet.payloadType).toBe(8);
    await call.bye();
    await caller.finished();
  });

  it('answers a challenge with its password', async () => {
    const callee = await phone();
    const caller = await sipp({ scenario: 'uac-digest', remote: callee.address, user: 'ann', password: 'secret' });
    const call = await callee.nextCall();
    const authorized = await call.challenge(challenge);
    expect(digestIsRight(headerOf(authorized, 'Authorization'), 'secret', 'INVITE')).toBe(true);
    await call.answer();
    await caller.finished();
  });

  it('cancels', async () => {
    const callee = await phone();
    const caller = await sipp({ scenario: 'uac-cancel', remote: callee.address });
    const call = await callee.nextCall();
    call.ring();
    expect(await call.ended).toEqual({ by: 'them', how: 'CANCEL' });
    await caller.finished();
  });

  it('holds and resumes', async () => {
    const callee = await phone();
    const programme = [{ tone: 'caller', ms: 800 }] as const;
    const caller = await sipp({ scenario: 'uac-hold', remote: callee.address, programme });
    const call = await callee.nextCall();
    await call.answer();
    await call.received.until('the second re-INVITE', () =>
      call.received.all.filter((message) => message.method === 'INVITE').length === 3 ? true : undefined,
    );
    expect(call.received.all.filter((message) => /a=sendonly/.test(message.body))).toHaveLength(1);
    await call.media.hears('caller');
    expect((await call.ended).how).toBe('BYE');
    await caller.finished();
  });

  it('registers, answering a challenge', async () => {
    const registrar = await phone();
    registrar.onOther = (request) => {
      const authorization = headerOf(request, 'Authorization');
      if (authorization === '')
        registrar.respond(request, 401, 'Unauthorized', { toTag: 'r', headers: [['WWW-Authenticate', challenge]] });
      else if (digestIsRight(authorization, 'secret', 'REGISTER'))
        registrar.respond(request, 200, 'OK', { toTag: 'r' });
      else registrar.respond(request, 403, 'Forbidden', { toTag: 'r' });
    };
    const good = await sipp({ scenario: 'register', remote: registrar.address, user: 'ann', password: 'secret' });
    await good.finished();
    const bad = await sipp({ scenario: 'register', remote: registrar.address, user: 'ann', password: 'guess' });
    await expect(bad.finished()).rejects.toThrow(/403/);
  });

  it('takes a call, sounds, and is hung up on', async () => {
    const callee = await sipp({ scenario: 'uas-media', programme: [{ tone: 'agent', ms: 2000 }] });
    const caller = await phone(callee.address);
    const call = await caller.dial('service');
    await call.provisional(180);
    await call.answered();
    await call.media.hears('agent');
    await call.bye();
    await callee.finished();
  });

  it('takes a call and hangs up itself', async () => {
    const callee = await sipp({ scenario: 'uas-bye', programme: [{ tone: 'agent', ms: 600 }] });
    const caller = await phone(callee.address);
    const call = await caller.dial('service');
    await call.media.hears('agent');
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    await callee.finished();
  });

  it('sounds before it answers', async () => {
    const callee = await sipp({ scenario: 'uas-early-media', programme: [{ tone: 'music', ms: 800 }] });
    const caller = await phone(callee.address);
    const call = await caller.dial('service');
    await call.provisional(183);
    await call.media.hears('music');
    await call.answered();
    await call.bye();
    await callee.finished();
  });

  it('is busy', async () => {
    const callee = await sipp({ scenario: 'uas-busy' });
    const caller = await phone(callee.address);
    const call = await caller.dial('service');
    expect(await call.ended).toEqual({ by: 'them', how: '486' });
    await callee.finished();
  });

  it('does not answer, until it is cancelled', async () => {
    const callee = await sipp({ scenario: 'uas-no-answer' });
    const caller = await phone(callee.address);
    const call = await caller.dial('service');
    await call.provisional(180);
    call.cancel();
    expect(await call.ended).toEqual({ by: 'them', how: '487' });
    await callee.finished();
  });

  it('calls itself over TCP', async () => {
    const callee = await sipp({ scenario: 'uas-media', transport: 'tcp' });
    const caller = await sipp({ scenario: 'uac-media', transport: 'tcp', remote: callee.address });
    await Promise.all([caller.finished(), callee.finished()]);
    expect(caller.messages).toContain('SIP/2.0/TCP');
  });

  it('echoes what it hears', async () => {
    const callee = await sipp({ scenario: { builtIn: 'uas' }, echo: true });
    const caller = await phone(callee.address);
    const call = await caller.dial('service');
    await call.answered();
    await call.media.hears('callee');
    await call.bye();
    await callee.finished();
  });

  it('calls with its built-in caller', async () => {
    const callee = await phone();
    const caller = await sipp({ scenario: { builtIn: 'uac' }, remote: callee.address, pauseMs: 100 });
    const call = await callee.nextCall();
    await call.answer();
    await call.ended;
    await caller.finished();
  });

  it('says what went wrong when the other side does not follow the scenario', async () => {
    const callee = await phone();
    const caller = await sipp({ scenario: 'uac-media', remote: callee.address });
    const call = await callee.nextCall();
    call.reject(503, 'Service Unavailable');
    await expect(caller.finished()).rejects.toThrow(/sipp failed \(1\)[\s\S]*503/);
  });
});
