import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../../peers/tone-phone/sip-text.js';
import {
  answersInTheClear,
  dials,
  isCalledAndCalls,
  isRecorded,
  playsMusic,
  talk,
} from '../../media-relay/encrypted-phone.js';
import { PhoneWorld } from '../../media-relay/phone-world.js';
import { useWorld } from '../../world.js';
import { realSwitchSettings } from '../real-switch.js';

const on = useWorld({ name: 'freeswitchencryption', redisDatabase: 170, settings: realSwitchSettings() });
let phones: PhoneWorld;
beforeAll(async () => {
  phones = new PhoneWorld(on.world);
  await phones.withoutTrunks();
});
afterEach(() => phones.close());

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
      const called = await phones.baresip(how, { encrypts: how, autoAnswer: true, runs: playsMusic });
      const path = await isCalledAndCalls(phones, called, { encrypted: true });
      expect(await encryptionOf(path)).toEqual(['none', how === 'dtls' ? 'dtls' : 'sdes']);
    },
  );

  it('over TCP: registers, is called on its connection, and calls', async () => {
    const called = await phones.baresip('sdes', {
      encrypts: 'sdes',
      transport: 'tcp',
      server: on.world.platform.sipOver('tcp')!,
      autoAnswer: true,
      runs: playsMusic,
    });
    await isCalledAndCalls(phones, called, { encrypted: true });
  });

  it('set to optional, the phone to none: is called and calls in the clear', async () => {
    const called = await phones.baresip('optional', { autoAnswer: true, runs: playsMusic });
    const path = await isCalledAndCalls(phones, called, { encrypted: false });
    expect(await encryptionOf(path)).toEqual(['none', 'none']);
  });

  it.each(['sdes', 'dtls'] as const)('%s: hold and take-back keep it encrypted', async (how) => {
    const { phone, username } = await phones.baresip(how, { encrypts: how, autoAnswer: true });
    const call = await phones.call(dials(username));
    await talk(phone, call);
    await phone.hold();
    await phone.resume();
    await talk(phone, call);
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
    (set) => answersInTheClear(on.world, phones, set),
  );

  it('is recorded, both in the clear', () => isRecorded(on.world, phones));
});
