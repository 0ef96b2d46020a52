import { afterAll, beforeAll, expect, it } from 'vitest';
import { headerOf, headersOf, type SipText } from '../../peers/tone-phone/sip-text.js';
import { streamWire } from '../../peers/tone-phone/stream-wire.js';
import { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import type { TortureSubject } from './torture-run.js';

/** Registers with exactly these Contact values, after the challenge. */
async function register(phone: TonePhone, cseq: () => number, contacts: readonly string[]): Promise<SipText> {
  const uri = 'sip:example.com';
  const send = (more: readonly (readonly [string, string])[]) =>
    phone.requestFinal({
      method: 'REGISTER',
      uri,
      headers: [
        ['Via', phone.via()],
        ['Max-Forwards', '70'],
        ['From', '<sip:alice@example.com>;tag=998332'],
        ['To', '<sip:alice@example.com>'],
        ['Call-ID', `contacts-${phone.address.port}`],
        ['CSeq', `${cseq()} REGISTER`],
        ...contacts.map((value) => ['Contact', value] as const),
        ...more,
      ],
      body: '',
    });
  const challenge = await send([]);
  const answer = phone.authorize(challenge, 'REGISTER', uri)!;
  return send([...(contacts[0] === '*' ? ([['Expires', '0']] as const) : []), answer]);
}

/** Contacts of RFC 4475 in a REGISTER whose sender proved who it is. */
export function tortureContacts(wire: 'udp' | 'tcp', subject: () => TortureSubject): void {
  let phone: TonePhone;
  let cseq = 0;
  const send = (...contacts: string[]) => register(phone, () => (cseq += 1), contacts);

  beforeAll(async () => {
    const server = { host: '127.0.0.1', port: subject().port };
    const carried = wire === 'tcp' ? { wire: await streamWire('tcp', server) } : {};
    phone = await TonePhone.open({ user: 'alice', password: 'secret', server, ...carried });
  });

  afterAll(() => phone.close());

  it.each([
    [
      '3.3.12 cparam01: parameters of the header, not of the URI',
      'sip:+19725552222@gw1.example.net;unknownparam',
      'sip:+19725552222@gw1.example.net',
    ],
    [
      '3.3.13 cparam02: parameters of the URI',
      '<sip:+19725552222@gw1.example.net;unknownparam>',
      'sip:+19725552222@gw1.example.net;unknownparam',
    ],
  ])('%s', async (_name, contact, kept) => {
    const ok = await send(contact);
    expect(ok.status).toBe(200);
    expect(headersOf(ok, 'Contact').map((value) => /<([^>]*)>/.exec(value)?.[1])).toEqual([kept]);
    expect((await send('*')).status).toBe(200);
    expect(await subject().engine.directory.bindings('SE-alice')).toEqual([]);
  });

  it('3.3.14 regescrt: headers in the URI are no part of the Request-URI of a later call (RFC 3261 19.1.1)', async () => {
    const at = `127.0.0.1:${phone.address.port}`;
    const ok = await send(`<sip:alice@${at}?Route=%3Csip:sip.example.com%3E>`);
    expect(ok.status).toBe(200);
    const leg = subject().engine.engine.dial({
      callId: 'escaped',
      target: { kind: 'endpoint', endpointId: 'SE-alice' },
      from: '1',
      ringTimeoutMs: 30_000,
    });
    const call = await phone.nextCall();
    expect(call.invitation.uri).toBe(`sip:alice@${at}`);
    call.reject(486);
    await expect.poll(() => leg.status).toBe('ended');
    expect((await send('*')).status).toBe(200);
  });

  it('3.1.2.13 regbadct: a ? outside of <> is refused with 400, and nothing is bound', async () => {
    const refused = await send('sip:user@example.com?Route=%3Csip:sip.example.com%3E');
    expect(refused.status).toBe(400);
    expect(headerOf(refused, 'Contact')).toBe('');
    expect(await subject().engine.directory.bindings('SE-alice')).toEqual([]);
  });

  it.each(['isbn:2983792873', '<name:John_Smith>', '<sip:>', '<sip:a@b', '"x <sip:a@b>', 'sip:a b@c'])(
    '%s is refused with 400, and nothing is bound',
    async (contact) => {
      expect((await send(contact)).status).toBe(400);
      expect(await subject().engine.directory.bindings('SE-alice')).toEqual([]);
    },
  );
}
