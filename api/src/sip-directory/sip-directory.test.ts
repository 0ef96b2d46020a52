import { createHash } from 'node:crypto';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import type { Binding } from '@hookswitch/media/port/sip-directory';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Endpoint, endpointCollection } from '../endpoints/endpoint.js';
import { createMemoryBindingStore } from '../registrations/memory-binding-store.js';
import { createMemoryTrunkRegistrationStore } from '../registrations/memory-trunk-registration-store.js';
import type { TrunkRegistrationStore } from '../registrations/trunk-registration-store.js';
import type { SecretBox } from '../secrets/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import { type Trunk, trunkCollection } from '../trunks/trunk.js';
import { createSipDirectory } from './sip-directory.js';
import { createTrunkAddressBook } from './trunk-address-book.js';

const openBox: SecretBox = {
  seal: (secret, context) => `${context}|${secret}`,
  open: (sealed, context) => {
    if (!sealed.startsWith(`${context}|`)) throw new Error('sealed for something else');
    return sealed.slice(context.length + 1);
  },
  isOutdated: () => false,
};

const stamps = { revision: 1, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' };
const carrier: Trunk = {
  ...stamps,
  id: 'TK00000000000070008000000000000001',
  accountId: 'AC00000000000070008000000000000001',
  name: 'carrier',
  enabled: true,
  limits: { concurrentCalls: 0, callsPerSecond: 0 },
  inbound: { addresses: ['192.0.2.0/24', '2001:db8::7'], numberRules: [], trustIdentity: false },
  inboundAddresses: ['192.0.2.0/24', '2001:db8::7'],
};
const anna: Endpoint = {
  ...stamps,
  id: 'SE00000000000070008000000000000001',
  accountId: 'AC00000000000070008000000000000001',
  username: 'anna',
  name: 'Anna',
  sealedPassword: 'SE00000000000070008000000000000001|secret',
  algorithms: ['SHA-256', 'MD5'],
};

describe('SIP directory', () => {
  const clock = new ManualClock();
  let trunks: MemoryTenantCollection<Trunk>;
  let endpoints: MemoryTenantCollection<Endpoint>;
  let registrations: TrunkRegistrationStore;
  const suspended = new Set<string>();
  const registered: string[] = [];
  let directory: ReturnType<typeof createSipDirectory>;

  beforeEach(async () => {
    suspended.clear();
    registered.length = 0;
    trunks = new MemoryTenantCollection(trunkCollection);
    endpoints = new MemoryTenantCollection(endpointCollection);
    registrations = createMemoryTrunkRegistrationStore(clock);
    await endpoints.insert(anna);
    directory = createSipDirectory({
      endpoints,
      trunks,
      addressBook: createTrunkAddressBook(trunks, clock, registrations),
      bindings: createMemoryBindingStore(clock),
      secretBox: openBox,
      limits: { minExpiresSeconds: 60, maxExpiresSeconds: 3600, maxBindings: 10 },
      phoneRegistered: (endpointId) => registered.push(endpointId),
      account: async (id) => ({ status: suspended.has(id) ? 'suspended' : 'active' }),
      clock,
    });
  });

  it('tells of each registration of a phone, and not of its end', async () => {
    const contact = 'sip:anna@192.0.2.9';
    const binding = { contact } as Binding;
    await directory.saveBinding(anna.id, binding);
    await directory.saveBinding(anna.id, binding);
    await directory.removeBinding(anna.id, contact);
    expect(registered).toEqual([anna.id, anna.id]);
  });

  const from = (address: string) => directory.trunkByAddress({ address, port: 5060, transport: 'udp' });

  it.each([
    ['192.0.2.77', true],
    ['::ffff:192.0.2.77', true],
    ['2001:db8::7', true],
    ['2001:db8::8', false],
    ['192.0.3.1', false],
    ['not an address', false],
  ])('LINE-01 takes calls from %s without digest: %s', async (address, known) => {
    await trunks.insert(carrier);
    const trunk = { trunkId: carrier.id, trustsIdentity: false, reliableProvisionals: 'on' };
    expect(await from(address)).toEqual(known ? trunk : undefined);
  });

  it('takes calls from where a trunk is registered; of several there, by whom the call is for', async () => {
    const registered = (id: string, username: string): Trunk => {
      const { inbound: _, inboundAddresses: __, ...trunk } = carrier;
      const register = { registrar: 'sip:carrier.example', expiresSeconds: 600 };
      const outbound = { proxies: [], username, assertIdentity: false, numberRules: [], prefixes: [], register };
      return { ...trunk, id, outbound };
    };
    const called = async (dialled: string, address = '198.51.100.9') =>
      (await directory.trunkByAddress({ address, port: 5060, transport: 'udp' }, dialled))?.trunkId;
    const report = { nodeId: 'media-1', state: 'registered', since: 0, server: '198.51.100.9' } as const;
    await trunks.insert(registered('TK1', 'us'));
    expect(await called('us')).toBeUndefined();
    await registrations.save([{ ...report, trunkId: 'TK1' }]);
    clock.advance(1000);
    expect([await called('us'), await called('+14155550100'), await called('us', '198.51.100.8')]).toEqual([
      'TK1',
      'TK1',
      undefined,
    ]);
    await trunks.insert(registered('TK2', 'them'));
    await registrations.save([{ ...report, trunkId: 'TK2' }]);
    clock.advance(1000);
    expect([await called('us'), await called('them'), await called('+14155550100')]).toEqual(['TK1', 'TK2', undefined]);
    await registrations.save([{ ...report, trunkId: 'TK1', state: 'failed' }]);
    clock.advance(1000);
    expect(await called('us')).toBe('TK2');
    clock.advance(30_000);
    expect(await called('them')).toBeUndefined();
  });

  it('says of each trunk how its calls are told of their progress, by address and by digest (RFC 3262)', async () => {
    const inbound = { ...carrier.inbound!, username: 'pbx', sealedPassword: `${carrier.id}|secret` } as const;
    const prefers = { ...inbound, reliableProvisionals: 'prefer' } as const;
    await trunks.insert({ ...carrier, inbound: prefers, inboundUsername: 'pbx' });
    expect(await from('192.0.2.77')).toMatchObject({ reliableProvisionals: 'prefer' });
    expect(await directory.digestUser('pbx', 'pbx.example')).toMatchObject({ reliableProvisionals: 'prefer' });
  });

  it('says of each trunk whether it is believed as to who calls, by address and by digest (RFC 3325)', async () => {
    const inbound = { ...carrier.inbound!, username: 'pbx', sealedPassword: `${carrier.id}|secret` };
    await trunks.insert({ ...carrier, inbound, inboundUsername: 'pbx' });
    expect(await from('192.0.2.77')).toMatchObject({ trustsIdentity: false });
    expect(await directory.digestUser('pbx', 'pbx.example')).toMatchObject({ trustsIdentity: false });
    await trunks.replace({ ...carrier, inbound: { ...inbound, trustIdentity: true }, inboundUsername: 'pbx' });
    clock.advance(1000);
    expect(await from('192.0.2.77')).toMatchObject({ trustsIdentity: true });
    expect(await directory.digestUser('pbx', 'pbx.example')).toMatchObject({ trustsIdentity: true });
    expect((await directory.digestUser('anna', 'pbx.example'))?.trustsIdentity).toBeUndefined();
  });

  it('gives the address to the narrowest network', async () => {
    const pbx = {
      ...carrier,
      id: 'TK00000000000070008000000000000002',
      inbound: { ...carrier.inbound!, addresses: ['192.0.2.9'] },
    };
    await trunks.insert(carrier);
    await trunks.insert(pbx);
    expect(await from('192.0.2.9')).toMatchObject({ trunkId: pbx.id });
    expect(await from('192.0.2.10')).toMatchObject({ trunkId: carrier.id });
  });

  it('knows a new trunk within 0.1 s and forgets a disabled one within 1 s', async () => {
    expect(await from('192.0.2.1')).toBeUndefined();
    await trunks.insert(carrier);
    clock.advance(100);
    expect(await from('192.0.2.1')).toMatchObject({ trunkId: carrier.id });
    await trunks.replace({ ...carrier, enabled: false });
    clock.advance(1000);
    expect(await from('192.0.2.1')).toBeUndefined();
  });

  it('gives the HA1 of each algorithm for the realm asked for (RFC 7616 3.4.2)', async () => {
    const user = await directory.digestUser('anna', 'pbx.example');
    expect(user).toMatchObject({ kind: 'endpoint', id: anna.id, algorithms: ['SHA-256', 'MD5'] });
    expect(user!.ha1).toEqual({
      MD5: createHash('md5').update('anna:pbx.example:secret').digest('hex'),
      'SHA-256': createHash('sha256').update('anna:pbx.example:secret').digest('hex'),
    });
  });

  it('says how a phone is encrypted', async () => {
    expect(await directory.digestUser('anna', 'pbx.example')).toMatchObject({ mediaEncryption: 'none' });
    const secure = {
      ...anna,
      id: 'SE3',
      username: 'eva',
      sealedPassword: 'SE3|secret',
      mediaEncryption: 'dtls',
    } as const;
    await endpoints.insert(secure);
    expect(await directory.digestUser('eva', 'pbx.example')).toMatchObject({ mediaEncryption: 'dtls' });
  });

  it('knows nobody of an unknown name, and a new one at once', async () => {
    expect(await directory.digestUser('mallory', 'pbx.example')).toBeUndefined();
    await endpoints.insert({ ...anna, id: 'SE2', username: 'mallory', sealedPassword: 'SE2|secret' });
    expect(await directory.digestUser('mallory', 'pbx.example')).toMatchObject({ id: 'SE2' });
  });

  it('looks a known user up once a second, and takes a change within it', async () => {
    const { findOne } = endpoints.acrossAccounts;
    let asked = 0;
    endpoints.acrossAccounts.findOne = (where) => {
      asked += 1;
      return findOne.call(endpoints.acrossAccounts, where);
    };
    for (let count = 0; count < 10; count += 1) await directory.digestUser('anna', 'pbx.example');
    expect(asked).toBe(1);
    await endpoints.remove(anna.accountId, anna.id);
    clock.advance(1000);
    expect(await directory.digestUser('anna', 'pbx.example')).toBeUndefined();
  });

  describe('of an account that is suspended', () => {
    const binding: Binding = {
      contact: 'sip:anna@192.0.2.5',
      received: { address: '192.0.2.5', port: 5060, transport: 'udp' },
      node: 'n1',
      callId: 'one',
      cseq: 1,
      expiresAt: 9_000_000_000_000,
    };

    it('lets nobody authenticate, phone or trunk', async () => {
      const inbound = { ...carrier.inbound!, username: 'pbx', sealedPassword: `${carrier.id}|secret` };
      await trunks.insert({ ...carrier, inbound, inboundUsername: 'pbx' });
      expect(await directory.digestUser('pbx', 'pbx.example')).toMatchObject({ id: carrier.id });
      suspended.add(anna.accountId);
      clock.advance(1000);
      expect(await directory.digestUser('anna', 'pbx.example')).toBeUndefined();
      expect(await directory.digestUser('pbx', 'pbx.example')).toBeUndefined();
    });

    it('reaches no phone although it registered, until the account is taken up again', async () => {
      await directory.saveBinding(anna.id, binding);
      expect(await directory.bindings(anna.id)).toEqual([binding]);
      suspended.add(anna.accountId);
      expect(await directory.bindings(anna.id)).toEqual([]);
      suspended.clear();
      expect(await directory.bindings(anna.id)).toEqual([binding]);
    });
  });

  it('reaches no phone that was deleted, even where it registers at that moment', async () => {
    await endpoints.remove(anna.accountId, anna.id);
    await directory.saveBinding(anna.id, { contact: 'sip:anna@192.0.2.5' } as Binding);
    expect(await directory.bindings(anna.id)).toEqual([]);
  });
});
