import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import { Staff } from '../contact-centre/staff.js';
import { useWorld } from '../world.js';
import { PhoneWorld } from './phone-world.js';

const on = useWorld({ name: 'norelay', redisDatabase: 141 });
let phones: PhoneWorld;
beforeAll(async () => {
  phones = new PhoneWorld(on.world);
  await phones.withoutTrunks();
});
afterEach(() => phones.close());

const dials = (target: object) => [{ verb: 'dial', targets: [target] }];
const noEncryption = { result: 'failed', by: 'system', reason: 'no-encryption' };

/** The CDR of the call that the first call of this script dialled. */
async function dialled(path: string) {
  const parentCallId = await on.world.callId(path);
  const { data } = await on.world.event('cdr.created', (event) => event.data.parentCallId === parentCallId);
  return data;
}

describe('without a media relay', () => {
  it.each(['sdes', 'dtls'] as const)('a phone that demands %s is not called, and says why', async (set) => {
    const { phone, username } = await phones.baresip(set, { encrypts: set, autoAnswer: true });
    const { phone: caller, path } = await phones.caller(dials({ type: 'endpoint', endpoint: username }));
    const call = await caller.dial('somebody');
    const cdr = await dialled(path);
    expect(cdr.termination).toMatchObject(noEncryption);
    await on.world.eventually('why in the timeline', async () =>
      (await on.world.timeline(String(cdr.callId))).find(({ summary }) => summary.includes('no media relay is set')),
    );
    await call.ended;
    expect(phone.events.map(({ type }) => type)).not.toContain('CALL_INCOMING');
  });

  it.each(['sdes', 'dtls'] as const)(
    'a phone that demands %s calls nobody: 488, whether its offer is encrypted, in the clear, or left to us',
    async (set) => {
      const { phone, username, password, path } = await phones.baresip(set, { encrypts: set, runs: [] });
      await phone.dial('somebody');
      expect(await phone.closed()).toContain('488');
      const plain = await on.world.phone({ user: username, password });
      for (const delayedOffer of [false, true]) {
        const refused = await (await plain.dial('somebody', { delayedOffer })).final;
        expect([refused.status, headerOf(refused, 'Warning')]).toEqual([488, expect.stringContaining('SRTP')]);
      }
      expect(on.world.backend.count(path)).toBe(0);
    },
  );

  it('a phone to which it is optional calls and is called in the clear', async () => {
    const runs = [{ verb: 'play', url: '/music.wav', loop: 0 }];
    const { phone, username } = await phones.baresip('optional', { encrypts: 'optional', autoAnswer: true, runs });
    const { phone: caller } = await phones.caller(dials({ type: 'endpoint', endpoint: username }));
    const call = await caller.dial('somebody');
    await phone.established();
    await Promise.all([phone.hears('caller'), call.media.hears('agent')]);
    await call.bye();
    await phone.closed();
    await phone.dial('somebody');
    await phone.hears('music');
    await phone.hangUp();
  });

  it.each(['sdes', 'dtls'] as const)('a trunk that demands %s is not called', async (mediaEncryption) => {
    const carrier = await on.world.phone({ user: 'carrier' });
    const prefix = mediaEncryption === 'sdes' ? '+3311' : '+3322';
    await on.world.api.patch(`/v1/accounts/${on.world.firstAccount.accountId}`, { allowedDestinations: ['+33'] });
    const { id: trunkId } = await on.world.api.post<{ id: string }>('/v1/trunks', {
      name: `Carrier with ${mediaEncryption}`,
      outbound: { proxies: [`sip:127.0.0.1:${carrier.address.port}`], prefixes: [prefix], mediaEncryption },
    });
    // Both count a second later at most.
    const termination = await on.world.eventually('a call over the trunk', async () => {
      const { phone: caller, path } = await phones.caller(dials({ type: 'number', number: `${prefix}12345` }));
      await (await caller.dial('somebody')).ended;
      const cdr = await dialled(path);
      return cdr.trunkId === trunkId ? cdr.termination : undefined;
    });
    expect(termination).toMatchObject(noEncryption);
    expect(carrier.incoming.all).toHaveLength(0);
  });

  it('an agent whose phone demands it is offered nobody in the clear, and asking one fails', async () => {
    const staff = new Staff(on.world);
    const group = await staff.group('Unreachable');
    const skillGroups = [{ skillGroupId: group.id }];
    const online = async (mediaEncryption: 'none' | 'sdes', groups: typeof skillGroups) => {
      const made = await phones.baresip(mediaEncryption, { autoAnswer: true });
      const agent = await staff.add({ endpointId: made.id, skillGroups: groups });
      await on.world.api.post(`/v1/agents/${agent.id}/status`, { status: 'online' });
      return { ...made, agent };
    };
    const demanding = await online('sdes', skillGroups);
    const { phone: caller } = await phones.caller([{ verb: 'enqueue', skillGroup: group.name }]);
    const customer = await caller.dial('somebody');
    const rung = await on.world.event('cdr.created', ({ data }) => data.endpointId === demanding.id);
    expect(rung.data.termination).toMatchObject(noEncryption);
    await on.world.api.post(`/v1/agents/${demanding.agent.id}/status`, { status: 'online' });
    const plain = await online('none', skillGroups);
    await plain.phone.established();
    await Promise.all([plain.phone.hears('caller'), customer.media.hears('agent')]);
    const { agent } = plain;
    const { items } = await on.world.api.get<{ items: { id: string }[] }>(`/v1/contacts?live=true&agentId=${agent.id}`);
    const to = { type: 'agent', agentId: demanding.agent.id };
    await on.world.api.request('POST', `/v1/contacts/${items[0]!.id}/consult`, { agentId: agent.id, to });
    const asked = await on.world.event(
      'cdr.created',
      ({ id, data }) => id !== rung.id && data.endpointId === demanding.id,
    );
    expect(asked.data.termination).toMatchObject(noEncryption);
    expect(demanding.phone.events.map(({ type }) => type)).not.toContain('CALL_INCOMING');
    await customer.bye();
  });
});
