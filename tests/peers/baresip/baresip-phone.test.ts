import { afterEach, describe, expect, it } from 'vitest';
import { digestIsRight } from '../tone-phone/digest-answer.js';
import { headerOf } from '../tone-phone/sip-text.js';
import { TonePhone } from '../tone-phone/tone-phone.js';
import { type BaresipOptions, BaresipPhone } from './baresip-phone.js';

const challenge = 'Digest realm="test", nonce="abc", qop="auth", algorithm=MD5';

describe('baresip', () => {
  const open: { close?(): void; stop?(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) {
      one.close?.();
      await one.stop?.();
    }
  });

  async function tonePhone(server = { host: '127.0.0.1', port: 9 }): Promise<TonePhone> {
    const phone = await TonePhone.open({ user: 'tone', party: 'caller', server });
    open.push(phone);
    return phone;
  }

  async function baresip(options: Partial<BaresipOptions> & Pick<BaresipOptions, 'server'>): Promise<BaresipPhone> {
    const phone = await BaresipPhone.start({ user: 'bob', party: 'agent', ...options });
    open.push(phone);
    return phone;
  }

  it('calls; both hear each other; its keys arrive; it hangs up', async () => {
    const other = await tonePhone();
    const phone = await baresip({ server: other.address });
    await phone.dial('sip:tone@127.0.0.1');
    const call = await other.nextCall();
    call.ring();
    await Promise.all([call.answer(), phone.established()]);
    await Promise.all([call.media.hears('agent'), phone.hears('caller')]);
    await phone.sendDigits('19#');
    await call.media.hearsDigits('19#');
    await phone.hangUp();
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
  });

  it('rings, answers when told, and is hung up on', async () => {
    const other = await tonePhone();
    const phone = await baresip({ server: other.address });
    const caller = await tonePhone(phone.address);
    const call = await caller.dial('bob');
    await phone.rings();
    await call.provisional(180);
    await phone.accept();
    await call.answered();
    await Promise.all([call.media.hears('agent'), phone.hears('caller')]);
    await call.bye();
  });

  it('answers by itself where told to, refuses where told to', async () => {
    const other = await tonePhone();
    const willing = await baresip({ server: other.address, autoAnswer: true, codecs: ['pcma'] });
    const caller = await tonePhone(willing.address);
    const call = await caller.dial('bob');
    await call.answered();
    await call.media.hears('agent');
    await call.bye();
    await willing.closed();
    const unwilling = await baresip({ server: other.address });
    const second = await tonePhone(unwilling.address);
    const refused = await second.dial('bob');
    await unwilling.rings();
    await unwilling.hangUp();
    expect((await refused.ended).by).toBe('them');
  });

  it('holds, and hears again what it resumes', async () => {
    const other = await tonePhone();
    const phone = await baresip({ server: other.address });
    await phone.dial('sip:tone@127.0.0.1');
    const call = await other.nextCall();
    await Promise.all([call.answer(), phone.established()]);
    await phone.hears('caller');
    await phone.hold();
    await call.received.until('a re-INVITE that holds', () =>
      call.received.all.some((message) => /a=(sendonly|inactive)/.test(message.body)) ? true : undefined,
    );
    await phone.resume();
    await call.received.until('a re-INVITE that resumes', () =>
      /a=sendrecv/.test(call.received.all.filter((message) => message.method === 'INVITE').at(-1)?.body ?? '')
        ? true
        : undefined,
    );
    await Promise.all([call.media.hears('agent'), phone.hears('caller')]);
  });

  it.each([
    ['is registered with the right password', 'secret', true],
    ['is refused with a wrong one', 'guess', false],
  ])('%s', async (_, password, welcome) => {
    const registrar = await tonePhone();
    registrar.onOther = (request) => {
      const authorization = headerOf(request, 'Authorization');
      const contact = ['Contact', `${headerOf(request, 'Contact').split(';expires')[0]};expires=60`] as const;
      if (authorization === '')
        registrar.respond(request, 401, 'Unauthorized', { toTag: 'r', headers: [['WWW-Authenticate', challenge]] });
      else if (digestIsRight(authorization, 'secret', 'REGISTER'))
        registrar.respond(request, 200, 'OK', { toTag: 'r', headers: [contact] });
      else registrar.respond(request, 403, 'Forbidden', { toTag: 'r' });
    };
    const phone = await baresip({ server: registrar.address, password });
    if (welcome) await phone.registered();
    else await expect(phone.registered()).rejects.toThrow(/not registered/);
  });
});
