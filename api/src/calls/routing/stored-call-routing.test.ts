import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import type { CallFacts } from '@hookswitch/media/port/live-call';
import { describe, expect, it } from 'vitest';
import { type Account, accountCollection } from '../../accounts/index.js';
import { type Application, applicationCollection } from '../../applications/index.js';
import { type Endpoint, endpointCollection } from '../../endpoints/index.js';
import { flowsOf } from '../../flows/known-flows.fixture.js';
import { type PhoneNumber, phoneNumberCollection } from '../../numbers/index.js';
import { AesSecretBox, addSigningSecret } from '../../secrets/index.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { type Trunk, trunkCollection } from '../../trunks/index.js';
import { chooseTrunk } from './choose-trunk.js';
import { StoredCallRouting } from './stored-call-routing.js';

const id = (prefix: string, digit: number | string) => prefix + String(digit).repeat(32);

async function setUp() {
  const clock = new ManualClock();
  const secretBox = new AesSecretBox([Buffer.alloc(32, 7)], seededRandom(1));
  const stores = {
    accounts: new MemoryTenantCollection<Account>(accountCollection),
    applications: new MemoryTenantCollection<Application>(applicationCollection),
    numbers: new MemoryTenantCollection<PhoneNumber>(phoneNumberCollection),
    trunks: new MemoryTenantCollection<Trunk>(trunkCollection),
    endpoints: new MemoryTenantCollection<Endpoint>(endpointCollection),
  };
  const record = { revision: 1, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' };
  const secret = (ownerId: string, text: string) =>
    addSigningSecret([], text, { secretBox, clock, ownerId, overlapMs: 0 });
  const account = (own: string, parent: string | null, more: Partial<Account> = {}): Account => ({
    ...record,
    id: own,
    accountId: parent ?? 'root',
    parentId: parent,
    ancestorIds: parent ? [parent] : [],
    name: 'x',
    status: 'active',
    edition: 'standard',
    limits: { concurrentCalls: 5, callsPerSecond: 2, minutesPerDay: 10, requestsPerSecond: 1 },
    allowedDestinations: ['+1'],
    allowedSipHosts: ['pbx.example'],
    signingSecrets: secret(own, 'whsec_account'),
    ...more,
  });
  const [parent, child, stranger] = [id('AC', 1), id('AC', 2), id('AC', 3)];
  await stores.accounts.insert(account(parent, null));
  await stores.accounts.insert(account(child, parent));
  await stores.accounts.insert(account(stranger, null));
  const application = (own: string, accountId: string, secrets: Application['signingSecrets']): Application => ({
    ...record,
    id: own,
    accountId,
    name: 'x',
    scriptUrl: 'https://example.com/voice',
    fallbackUrl: 'https://example.com/fallback',
    signingSecrets: secrets,
  });
  await stores.applications.insert(application(id('AP', 1), parent, secret(id('AP', 1), 'whsec_own')));
  await stores.applications.insert(application(id('AP', 2), child, []));
  const number = (own: number, accountId: string, text: string, applicationId?: string): PhoneNumber => ({
    ...record,
    id: id('PN', own),
    accountId,
    number: text,
    name: 'x',
    ...(applicationId === undefined ? {} : { applicationId }),
  });
  await stores.numbers.insert(number(1, parent, '+14155550100', id('AP', 1)));
  await stores.numbers.insert(number(2, child, '+14155550101', id('AP', 2)));
  await stores.numbers.insert(number(3, stranger, '+14155550102'));
  const trunk: Trunk = {
    ...record,
    id: id('TK', 1),
    accountId: parent,
    name: 'carrier',
    enabled: true,
    inbound: { addresses: [], numberRules: [{ prefix: '00', replacement: '+' }], trustIdentity: true },
    outbound: {
      proxies: ['sip:a.carrier.example:5070;transport=tcp', 'sip:b.carrier.example'],
      username: 'us',
      sealedPassword: secretBox.seal('hidden', id('TK', 1)),
      assertIdentity: true,
      numberRules: [{ prefix: '+', replacement: '00' }],
      prefixes: [],
    },
    limits: { concurrentCalls: 0, callsPerSecond: 3 },
  };
  await stores.trunks.insert(trunk);
  await stores.endpoints.insert({
    ...record,
    id: id('SE', 1),
    accountId: parent,
    username: 'anna',
    name: 'Anna',
    sealedPassword: '',
    algorithms: ['MD5'],
    applicationId: id('AP', 1),
    callerId: '+14155550100',
  });
  const flows = flowsOf({ [id('FL', 1)]: '1.1' });
  const routing = new StoredCallRouting({ ...stores, flows, secretBox, clock });
  const incoming = (to: string, from = '00447700900123', source = { kind: 'trunk' as const, id: trunk.id }) => ({
    source,
    facts: { from, to, toHost: 'us.example', headers: {} } as CallFacts,
  });
  return { clock, routing, stores, incoming, parent, child, stranger, trunk };
}

describe('StoredCallRouting: calls that come in', () => {
  it('finds account, number and application, and makes the numbers E.164', async () => {
    const { routing, incoming, parent, trunk } = await setUp();
    expect(await routing.routeInbound(incoming('0014155550100'))).toMatchObject({
      account: { id: parent, status: 'active', concurrentCalls: 5 },
      application: {
        id: id('AP', 1),
        script: { url: 'https://example.com/voice', fallbackUrl: 'https://example.com/fallback' },
        signingSecrets: ['whsec_own'],
      },
      from: '+447700900123',
      to: '+14155550100',
      numberId: id('PN', 1),
      trunk: { id: trunk.id, concurrentCalls: Number.POSITIVE_INFINITY, callsPerSecond: 3 },
    });
    expect(await routing.routeInbound(incoming('14155550100'))).toMatchObject({ to: '+14155550100' });
  });

  it('takes the number from To where a carrier calls the Contact that a trunk registered there', async () => {
    const { routing, incoming, stores, trunk, clock } = await setUp();
    const called = async (dialled: string) => {
      const call = incoming(dialled);
      return (await routing.routeInbound({ ...call, facts: { ...call.facts, toHeader: '0014155550100' } }))?.to;
    };
    expect(await called('us')).toBeUndefined();
    const register = { registrar: 'sip:carrier.example', expiresSeconds: 600 };
    await stores.trunks.replace({ ...trunk, outbound: { ...trunk.outbound!, register } });
    clock.advance(1000);
    expect(await called('us')).toBe('+14155550100');
    expect(await called('0014155550101')).toBe('+14155550101');
  });

  it('LINE-02 brings no calls for a number that is out of service, which the account cannot show either', async () => {
    const { routing, incoming, stores, parent } = await setUp();
    const number = await stores.numbers.get(parent, id('PN', 1));
    await stores.numbers.replace({ ...number!, state: 'stopped' });
    expect(await routing.routeInbound(incoming('+14155550100'))).toBeUndefined();
    expect(await routing.ownsNumber(parent, '+14155550100')).toBe(false);
  });

  it('NUM-02 runs the flow of a number, in the version it has at that moment', async () => {
    const { routing, incoming, stores, stranger, trunk } = await setUp();
    await stores.trunks.insert({ ...trunk, id: id('TK', 7), accountId: stranger });
    const number = await stores.numbers.get(stranger, id('PN', 3));
    await stores.numbers.replace({ ...number!, flowId: id('FL', 1) });
    const call = incoming('+14155550102', '+14155550199', { kind: 'trunk', id: id('TK', 7) });
    expect(await routing.routeInbound(call)).toMatchObject({
      account: { id: stranger, signingSecrets: ['whsec_account'] },
      application: undefined,
      script: { flow: { flowId: id('FL', 1), version: '1.1' } },
    });
  });

  it("brings a sub-account its calls over its parent's trunk, signed with the account's secret", async () => {
    const { routing, incoming, child } = await setUp();
    expect(await routing.routeInbound(incoming('+14155550101'))).toMatchObject({
      account: { id: child },
      application: { signingSecrets: ['whsec_account'] },
    });
  });

  it.each([
    ['a number that is nobody’s', '+14155550177'],
    ['a number of an account that has nothing to do with the trunk', '+14155550102'],
    ['what is no number', 'anna'],
  ])('knows no route for %s', async (_, to) => {
    const { routing, incoming } = await setUp();
    expect(await routing.routeInbound(incoming(to))).toBeUndefined();
  });

  it('knows no route over a trunk that is switched off', async () => {
    const { routing, incoming, stores, trunk } = await setUp();
    await stores.trunks.replace({ ...trunk, enabled: false });
    expect(await routing.routeInbound(incoming('+14155550100'))).toBeUndefined();
  });

  it('takes an account below a suspended one as suspended', async () => {
    const { routing, incoming, stores, parent } = await setUp();
    await stores.accounts.replace({ ...(await stores.accounts.get('root', parent))!, status: 'suspended' });
    expect((await routing.routeInbound(incoming('+14155550101')))!.account.status).toBe('suspended');
  });

  it('sees a change within a second, and asks the store once until then', async () => {
    const { clock, routing, incoming, stores } = await setUp();
    let looks = 0;
    const { findOne } = stores.numbers.acrossAccounts;
    stores.numbers.acrossAccounts.findOne = (where) => {
      looks++;
      return findOne(where);
    };
    await Promise.all(Array.from({ length: 20 }, () => routing.routeInbound(incoming('+14155550100'))));
    expect(looks).toBe(1);
    await stores.numbers.remove(id('AC', 1), id('PN', 1));
    clock.advance(1000);
    expect(await routing.routeInbound(incoming('+14155550100'))).toBeUndefined();
  });

  it('asks again at once after a look-up that failed', async () => {
    const { routing, incoming, stores } = await setUp();
    const { findOne } = stores.numbers.acrossAccounts;
    stores.numbers.acrossAccounts.findOne = async () => {
      throw new Error('the database is away');
    };
    await expect(routing.routeInbound(incoming('+14155550100'))).rejects.toThrow('away');
    stores.numbers.acrossAccounts.findOne = findOne;
    expect(await routing.routeInbound(incoming('+14155550100'))).toBeDefined();
  });

  it("runs an endpoint's application and believes nothing the phone says of itself", async () => {
    const { routing, incoming, parent } = await setUp();
    const call = incoming('100', '+19995550000');
    expect(await routing.routeInbound({ ...call, source: { kind: 'endpoint', id: id('SE', 1) } })).toMatchObject({
      account: { id: parent },
      application: { id: id('AP', 1) },
      from: 'anna',
      to: '100',
      callerId: '+14155550100',
      endpointId: id('SE', 1),
    });
  });
});

describe('StoredCallRouting: who calls', () => {
  const phone = { kind: 'endpoint' as const, id: id('SE', 1) };
  const facts = (more: Partial<CallFacts>) =>
    ({ from: 'anna', to: '100', toHost: 'x', headers: {}, ...more }) as CallFacts;

  it.each([
    ['one of the account’s numbers', '14155550100', '+14155550100'],
    ['another account’s number', '+14155550102', '+14155550199'],
    ['a number nobody has', '+19995550000', '+14155550199'],
    ['a name', 'boss', '+14155550199'],
    ['none', undefined, '+14155550199'],
  ])('shows what a phone prefers (RFC 3325 9.2) where that is its account’s: %s', async (_, preferred, shown) => {
    const { routing, stores, parent } = await setUp();
    const anna = await stores.endpoints.get(parent, phone.id);
    await stores.endpoints.replace({ ...anna!, callerId: '+14155550199' });
    const preferredIdentity = preferred === undefined ? {} : { preferredIdentity: preferred };
    const route = await routing.routeInbound({ source: phone, facts: facts(preferredIdentity) });
    expect(route).toMatchObject({ from: 'anna', callerId: shown });
  });

  it('makes the numbers of a hidden caller and of who sent the call on E.164, as all that a trunk says', async () => {
    const { routing, incoming } = await setUp();
    const { source, facts: plain } = incoming('0014155550100', 'anonymous');
    const diversions = [{ user: '0014155550122', reason: 'away', times: 2 }] as const;
    const told = { ...plain, hidden: true, withheld: { user: '00447700900123' }, diversions };
    expect((await routing.routeInbound({ source, facts: told }))!.passedOn).toEqual({
      hidden: true,
      withheldFrom: '+447700900123',
      diversions: [{ user: '+14155550122', reason: 'away', times: 2 }],
    });
  });

  it('leaves reliable provisionals out towards a trunk whose carrier breaks over them (RFC 3262)', async () => {
    const { routing, stores, parent, trunk } = await setUp();
    const destination = { kind: 'number', number: '+442071838750' } as const;
    await stores.trunks.replace({ ...trunk, outbound: { ...trunk.outbound!, reliableProvisionals: 'off' } });
    const route = await routing.routeOutbound({ accountId: parent, destination, from: '+14155550100' });
    expect(route.target).toMatchObject({ reliableProvisionals: 'off' });
  });

  it('makes no number of a caller whom nobody named, whatever the rules of the trunks', async () => {
    const { routing, stores, incoming, parent, trunk } = await setUp();
    const plus = { numberRules: [{ prefix: '', replacement: '+' }] };
    const { inbound, outbound } = trunk;
    await stores.trunks.replace({ ...trunk, inbound: { ...inbound!, ...plus }, outbound: { ...outbound!, ...plus } });
    const { source, facts: told } = incoming('14155550100', 'anonymous');
    const route = await routing.routeInbound({ source, facts: { ...told, hidden: true } });
    expect(route).toMatchObject({ from: 'anonymous', to: '+14155550100', passedOn: { hidden: true } });
    const destination = { kind: 'number', number: '442071838750' } as const;
    expect(await routing.routeOutbound({ accountId: parent, destination, from: 'anonymous' })).toMatchObject({
      from: 'anonymous',
    });
  });

  it('tells a trunk who sent a call on in the form and numbers that it wants', async () => {
    const { routing, stores, parent, trunk } = await setUp();
    await stores.trunks.replace({ ...trunk, outbound: { ...trunk.outbound!, diversion: 'history-info' } });
    const diversions = [{ user: '+14155550100', reason: 'unconditional', times: 1 }] as const;
    const destination = { kind: 'number', number: '+442071838750' } as const;
    expect(
      await routing.routeOutbound({ accountId: parent, destination, from: '+14155550100', diversions }),
    ).toMatchObject({
      target: { diversionForm: 'history-info' },
      diversions: [{ user: '0014155550100', reason: 'unconditional', times: 1 }],
    });
  });
});

describe('StoredCallRouting: calls that go out', () => {
  const number = { kind: 'number' as const, number: '+442071838750' };
  const sealedNothing = { assertIdentity: false, numberRules: [], prefixes: [] };

  it('goes over a trunk, in the form it wants, with its credentials', async () => {
    const { routing, parent, trunk } = await setUp();
    const route = await routing.routeOutbound({ accountId: parent, destination: number, from: '+14155550100' });
    expect(route).toEqual({
      target: {
        kind: 'sip',
        uri: 'sip:00442071838750@a.carrier.example:5070',
        proxies: trunk.outbound!.proxies,
        assertIdentity: true,
        namedBy: 'installation',
        credentials: { username: 'us', password: 'hidden' },
      },
      from: '0014155550100',
      trunk: { id: trunk.id, concurrentCalls: Number.POSITIVE_INFINITY, callsPerSecond: 3 },
    });
  });

  it('lets only the trunks of the first account name addresses as the installation does', async () => {
    const { routing, stores, child, trunk } = await setUp();
    await stores.trunks.insert({
      ...trunk,
      id: id('TK', 2),
      accountId: child,
      outbound: { ...sealedNothing, proxies: trunk.outbound!.proxies },
    });
    const route = await routing.routeOutbound({ accountId: child, destination: number, from: 'x' });
    expect(route.target).toMatchObject({ kind: 'sip', namedBy: 'anybody' });
  });

  it('knows no way without a trunk, nor over another account’s', async () => {
    const { routing, child, trunk } = await setUp();
    const question = { accountId: child, destination: number, from: '+14155550101' };
    await expect(routing.routeOutbound(question)).rejects.toMatchObject({ code: 'no-route' });
    await expect(routing.routeOutbound({ ...question, trunkId: trunk.id })).rejects.toMatchObject({ code: 'no-route' });
  });

  it('finds endpoints by id and by user name, of the own account only', async () => {
    const { routing, parent, stranger } = await setUp();
    const to = (accountId: string, endpoint: string) =>
      routing.routeOutbound({ accountId, destination: { kind: 'endpoint', endpoint }, from: 'x' });
    for (const name of [id('SE', 1), 'anna']) {
      expect(await to(parent, name)).toMatchObject({ target: { kind: 'endpoint', endpointId: id('SE', 1) } });
      await expect(to(stranger, name)).rejects.toMatchObject({ code: 'no-route' });
    }
  });

  it('knows whose numbers are whose', async () => {
    const { routing, parent, child } = await setUp();
    expect(await routing.ownsNumber(parent, '+14155550100')).toBe(true);
    expect(await routing.ownsNumber(child, '+14155550100')).toBe(false);
    expect(await routing.ownsNumber(child, 'anna')).toBe(false);
  });
});

describe('chooseTrunk', () => {
  const trunk = (own: string, prefixes: readonly string[] | undefined, enabled = true): Trunk => ({
    id: own,
    accountId: 'AC',
    revision: 1,
    createdAt: '',
    updatedAt: '',
    name: own,
    enabled,
    limits: { concurrentCalls: 0, callsPerSecond: 0 },
    ...(prefixes && { outbound: { proxies: ['sip:x'], assertIdentity: false, numberRules: [], prefixes } }),
  });
  const trunks = [
    trunk('c', []),
    trunk('b', ['+44', '+4420']),
    trunk('a', ['+442']),
    trunk('off', ['+44207'], false),
    trunk('in', undefined),
    trunk('d', []),
  ];

  it.each<[string, Parameters<typeof chooseTrunk>[1], string | undefined]>([
    ['the longest prefix', { number: '+442071838750' }, 'b'],
    ['a shorter one for another number', { number: '+442571838750' }, 'a'],
    ['the oldest that carries everything', { number: '+14155550100' }, 'c'],
    ['the one asked for', { number: '+442071838750', askedId: 'd', callerTrunkId: 'a' }, 'd'],
    ['the caller’s own', { number: '+442071838750', callerTrunkId: 'd' }, 'd'],
    ['none that is off', { number: '+442071838750', askedId: 'off' }, undefined],
    ['none that only brings calls in', { number: '+442071838750', askedId: 'in' }, undefined],
  ])('takes %s', (_, question, chosen) => {
    expect(chooseTrunk(trunks, question)?.id).toBe(chosen);
  });

  it('takes none where no prefix fits', () => {
    expect(chooseTrunk([trunk('a', ['+44'])], { number: '+14155550100' })).toBeUndefined();
  });
});
