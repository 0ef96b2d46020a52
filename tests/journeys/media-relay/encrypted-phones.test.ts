import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OwnRtpengine } from '../../peers/rtpengine/own-rtpengine.js';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import { Staff } from '../contact-centre/staff.js';
import { useWorld } from '../world.js';
import { answersInTheClear, dials, isCalledAndCalls, isRecorded, playsMusic, sealed, talk } from './encrypted-phone.js';
import { PhoneWorld } from './phone-world.js';

const rtpengine = await OwnRtpengine.start();
const on = useWorld({ name: 'encryptedphones', redisDatabase: 140, settings: { RTPENGINES: rtpengine.address } });
let phones: PhoneWorld;
beforeAll(async () => {
  phones = new PhoneWorld(on.world);
  await phones.withoutTrunks();
});
afterEach(async () => {
  await phones.close();
  on.world.closePhones();
  const emptied = async () => ((await rtpengine.calls()).length === 0 ? true : undefined);
  expect(await on.world.eventually('an empty relay', emptied)).toBe(true);
});
afterAll(() => rtpengine.stop());

describe('a phone that encrypts', () => {
  it.each([
    { set: 'sdes', encrypts: 'sdes' },
    { set: 'dtls', encrypts: 'dtls' },
    { set: 'optional', encrypts: 'optional' },
  ] as const)(
    'set to $set, the phone to $encrypts: is called and calls, and both are heard',
    async ({ set, encrypts }) => {
      const called = await phones.baresip(set, { encrypts, autoAnswer: true, runs: playsMusic });
      await isCalledAndCalls(phones, called, { encrypted: true });
    },
  );

  it('set to optional, the phone to none: is called and calls in the clear', async () => {
    const called = await phones.baresip('optional', { autoAnswer: true, runs: playsMusic });
    await isCalledAndCalls(phones, called, { encrypted: false });
  });

  it('set to none, the phone finds its way by ICE: its call goes through the relay, which speaks that, and both are heard (RFC 8445)', async () => {
    const number = on.world.newNumber('a');
    const { phone } = await phones.baresip('none', {
      ice: true,
      runs: [{ verb: 'dial', targets: [{ type: 'number', number }] }],
    });
    await phone.dial('somebody');
    const callee = await on.world.carried('a', number);
    await callee.answer();
    await Promise.all([phone.hears('callee'), callee.media.hears('agent')]);
    await phone.hangUp();
    await callee.ended;
  });

  it('hold and take-back keep it encrypted', async () => {
    const { phone, username } = await phones.baresip('sdes', { encrypts: 'sdes', autoAnswer: true });
    const call = await phones.call(dials(username));
    await talk(phone, call);
    await phone.hold();
    await phone.resume();
    await talk(phone, call);
    await call.bye();
    await phone.closed();
  });

  it.each(['sdes', 'dtls'] as const)(
    'set to %s, the phone to none: its calls are refused with 488 and why, and calls to it do not come through',
    async (set) => {
      const { phone, username, password, path } = await phones.baresip(set, { runs: playsMusic });
      const asks = await on.world.phone({ user: username, password });
      const refused = await (await asks.dial('somebody')).final;
      expect([refused.status, headerOf(refused, 'Warning')]).toEqual([488, expect.stringContaining('SRTP')]);
      // No offer is no way around it: it is made one that is encrypted.
      const late = await asks.dial('somebody', { delayedOffer: true, autoAck: false });
      const offered = await late.final;
      expect([offered.status, /RTP\/AVP /.test(offered.body)]).toEqual([200, false]);
      await late.bye();
      expect(on.world.backend.count(path)).toBe(1);
      const call = await phones.call(dials(username));
      await call.ended;
      expect(phone.events.some(({ type }) => type === 'CALL_ESTABLISHED')).toBe(false);
    },
  );

  it('set to sdes, the phone answers in the clear all the same: it is hung up on, nobody hears it, and the CDR says why', () =>
    answersInTheClear(on.world, phones, 'sdes'));

  it('is recorded by the node, which hears both in the clear', () => isRecorded(on.world, phones));

  it('serves a queue, and asks a colleague: agents with SRTP phones, one by SDES and one by DTLS', async () => {
    const staff = new Staff(on.world);
    const group = await staff.group('Encrypted');
    const seat = async (encrypts: 'sdes' | 'dtls', party: 'agent' | 'supervisor', groups: readonly string[]) => {
      const made = await phones.baresip(encrypts, { encrypts, party, autoAnswer: true });
      const skillGroups = groups.map((skillGroupId) => ({ skillGroupId }));
      const agent = await staff.add({ endpointId: made.id, skillGroups });
      await on.world.api.post(`/v1/agents/${agent.id}/status`, { status: 'online' });
      return { ...made, agent };
    };
    const [first, second] = [await seat('sdes', 'agent', [group.id]), await seat('dtls', 'supervisor', [])];
    const customer = await phones.call([{ verb: 'enqueue', skillGroup: group.name }]);
    await first.phone.established();
    await Promise.all([first.phone.hears('caller'), customer.media.hears('agent')]);
    const { items } = await on.world.api.get<{ items: { id: string }[] }>(
      `/v1/contacts?live=true&agentId=${first.agent.id}`,
    );
    const act = (what: string, body: object = {}) =>
      on.world.api.post(`/v1/contacts/${items[0]!.id}/${what}`, { agentId: first.agent.id, ...body });
    await act('consult', { to: { type: 'agent', agentId: second.agent.id } });
    await second.phone.established();
    await Promise.all([first.phone.hears('supervisor'), second.phone.hears('agent')]);
    await act('complete-consult');
    await Promise.all([second.phone.hears('caller'), customer.media.hears('supervisor')]);
    for (const { phone } of [first, second]) expect(phone.output).toMatch(sealed);
    await customer.bye();
    await second.phone.closed();
  });
});
