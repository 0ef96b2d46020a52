import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readWav } from '../../../ear/wav.js';
import { whoIsHeard } from '../../../ear/who-is-heard.js';
import { headerOf } from '../../../peers/tone-phone/sip-text.js';
import { PhoneWorld } from '../../media-relay/phone-world.js';
import { useWorld } from '../../world.js';
import { realSwitchSettings } from '../real-switch.js';

const on = useWorld({ name: 'freeswitchencryption', redisDatabase: 170, settings: await realSwitchSettings() });
let phones: PhoneWorld;
beforeAll(async () => {
  phones = new PhoneWorld(on.world);
  await phones.withoutTrunks();
});
afterEach(() => phones.close());

const dials = (endpoint: string) => [{ verb: 'dial', targets: [{ type: 'endpoint', endpoint }] }];
const playsMusic = [{ verb: 'play', url: '/music.wav', loop: 0 }];
/** What baresip says once it has keys. */
const sealed = /SRTP is Enabled|DTLS-SRTP complete/;

/** The CDRs of a call and of the leg that it dialled say how each was encrypted. */
async function encryptionOf(path: string): Promise<unknown[]> {
  const callId = await on.world.callId(path);
  const own = await on.world.event('cdr.created', ({ data }) => data.callId === callId);
  const dialled = await on.world.event('cdr.created', ({ data }) => data.parentCallId === callId);
  return [own, dialled].map(({ data }) => (data.media as { encryption: unknown }).encryption);
}

describe('a phone that encrypts, on FreeSWITCH', () => {
  it.each(['sdes', 'dtls', 'optional'] as const)(
    '%s: is called and calls, both are heard, and the CDR says how',
    async (how) => {
      const { phone, username } = await phones.baresip(how, { encrypts: how, autoAnswer: true, runs: playsMusic });
      const { phone: caller, path } = await phones.caller(dials(username));
      const call = await caller.dial('somebody');
      await phone.established();
      await Promise.all([phone.hears('caller'), call.media.hears('agent')]);
      expect(phone.output).toMatch(sealed);
      await call.bye();
      await phone.closed();
      expect(await encryptionOf(path)).toEqual(['none', how === 'dtls' ? 'dtls' : 'sdes']);
      await phone.dial('somebody');
      await phone.hears('music');
      await phone.hangUp();
    },
  );

  it('over TCP: registers, is called on its connection, and calls', async () => {
    const { phone, username } = await phones.baresip('sdes', {
      encrypts: 'sdes',
      transport: 'tcp',
      autoAnswer: true,
      runs: playsMusic,
    });
    const call = await phones.call(dials(username));
    await phone.established();
    await Promise.all([phone.hears('caller'), call.media.hears('agent')]);
    await call.bye();
    await phone.closed();
    await phone.dial('somebody');
    await phone.hears('music');
    await phone.hangUp();
  });

  it('set to optional, the phone to none: is called and calls in the clear', async () => {
    const { phone, username } = await phones.baresip('optional', { autoAnswer: true, runs: playsMusic });
    const { phone: caller, path } = await phones.caller(dials(username));
    const call = await caller.dial('somebody');
    await phone.established();
    await Promise.all([phone.hears('caller'), call.media.hears('agent')]);
    expect(phone.output).not.toMatch(sealed);
    await call.bye();
    await phone.closed();
    expect(await encryptionOf(path)).toEqual(['none', 'none']);
    await phone.dial('somebody');
    await phone.hears('music');
    await phone.hangUp();
  });

  it.each(['sdes', 'dtls'] as const)('%s: hold and take-back keep it encrypted', async (how) => {
    const { phone, username } = await phones.baresip(how, { encrypts: how, autoAnswer: true });
    const call = await phones.call(dials(username));
    await phone.established();
    await Promise.all([phone.hears('caller'), call.media.hears('agent')]);
    await phone.hold();
    await phone.resume();
    await Promise.all([phone.hears('caller'), call.media.hears('agent')]);
    await call.bye();
    await phone.closed();
  });

  it.each(['sdes', 'dtls'] as const)(
    'set to %s, the phone to none: its calls are refused with 488 and why, with an offer or without, and calls to it do not come through',
    async (set) => {
      const { phone, username, password, path } = await phones.baresip(set, { runs: playsMusic });
      const asks = await on.world.phone({ user: username, password });
      for (const delayedOffer of [false, true]) {
        const refused = await (await asks.dial('somebody', { delayedOffer })).final;
        expect([refused.status, headerOf(refused, 'Warning')]).toEqual([488, expect.stringContaining('SRTP')]);
      }
      expect(on.world.backend.count(path)).toBe(0);
      const call = await phones.call(dials(username));
      await call.ended;
      expect(phone.events.some(({ type }) => type === 'CALL_ESTABLISHED')).toBe(false);
    },
  );

  it.each(['sdes', 'dtls'] as const)(
    'set to %s, the phone answers in the clear all the same: it is hung up on, nobody hears it, and the CDR says why',
    async (set) => {
      const { phone, username } = await phones.registered(set);
      const { phone: caller, path } = await phones.caller(dials(username));
      const call = await caller.dial('somebody');
      const { invitation } = await phone.nextCall();
      expect(invitation.body).toMatch(/^m=audio \d+ (UDP\/TLS\/)?RTP\/SAVP /m);
      const body = invitation.body
        .replace(/(UDP\/TLS\/)?RTP\/SAVP/, 'RTP/AVP')
        .replace(/^a=(crypto|fingerprint|setup):.*\r\n/gm, '');
      const headers = [['Contact', phone.contact] as const, ['Content-Type', 'application/sdp'] as const];
      phone.respond(invitation, 200, 'OK', { toTag: 'clear', headers, body });
      const parentCallId = await on.world.callId(path);
      const { data } = await on.world.event('cdr.created', (event) => event.data.parentCallId === parentCallId);
      expect(data).toMatchObject({
        termination: { result: 'failed', by: 'system', reason: 'no-encryption', sip: 488 },
        media: { packetsReceived: 0 },
      });
      await call.ended;
    },
  );

  it('is recorded, both in the clear', async () => {
    const { phone, username } = await phones.baresip('sdes', { encrypts: 'sdes', autoAnswer: true });
    const record = { verb: 'startRecording', channels: 'dual' };
    const call = await phones.call([record, ...dials(username)]);
    await phone.established();
    await Promise.all([phone.hears('caller'), call.media.hears('agent')]);
    await call.media.listen(1000);
    await call.bye();
    await phone.closed();
    const { data } = await on.world.event('recording.available');
    const { id } = data.recording as { id: string };
    const { rate, channels } = readWav(await on.world.api.download(`/v1/recordings/${id}/media?format=wav`));
    expect(channels.map((samples) => whoIsHeard(samples, { rate, atLeastMs: 500 }))).toEqual([['caller'], ['agent']]);
  });
});
