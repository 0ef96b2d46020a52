import type { EdgeBan } from '@hookswitch/media/port/sip-edge';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { testResources } from '../../test-api/test-resources.fixture.js';
import type { EdgeDesk } from '../edge-desk.js';
import { NoEdgeKeeperError } from '../edge-errors.js';
import { sipBanCollection } from '../sip-ban.js';
import { sipBanOperations } from './index.js';

/** A process that looks after two machines. */
class TwoMachines implements EdgeDesk {
  bans: EdgeBan[] = [];
  looks = 0;
  isThere = true;

  async found() {
    if (!this.isThere) throw new NoEdgeKeeperError();
    return { machines: ['edge-1', 'edge-2'], bans: this.bans };
  }

  async unban(addresses: readonly string[]) {
    const before = this.bans.length;
    this.bans = this.bans.filter(({ address }) => !addresses.includes(address));
    return before - this.bans.length;
  }

  async lookAgain() {
    this.looks += 1;
  }
}

describe('bans over HTTP', () => {
  let api: TestApi;
  let edge: TwoMachines;
  beforeEach(async () => {
    edge = new TwoMachines();
    api = await createTestApi({
      operations: (core) => {
        const { trunks, operations } = testResources(core);
        const sipBans = new MemoryTenantCollection(sipBanCollection);
        return { ...operations, ...sipBanOperations({ ...core, sipBans, trunks, edgeDesk: edge }) };
      },
    });
  });
  afterEach(() => api.close());

  const http = (tenant = api.tenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);
  const path = '/v1/sip-bans';
  const ban = async (network: string, more: object = {}) =>
    (
      await http()
        .post(path)
        .send({ network, ...more })
        .expect(201)
    ).body;
  const networks = async (query: object = {}) =>
    (await http().get(path).query(query).expect(200)).body.items.map((item: { network: string }) => item.network);
  const foundBan = (address: string, more: Partial<EdgeBan> = {}): EdgeBan => ({
    address,
    reason: 'flood',
    since: api.clock.now(),
    until: api.clock.now() + 300_000,
    machines: ['edge-1'],
    ...more,
  });

  it('bans by hand for a time, with a note, and tells the edge at once', async () => {
    const made = await ban('203.0.113.77/24', { seconds: 3600, note: 'Guesses' });
    expect(made).toEqual({
      id: expect.stringMatching(/^BN/),
      network: '203.0.113.0/24',
      reason: 'manual',
      note: 'Guesses',
      since: '2026-01-01T00:00:00.000Z',
      until: '2026-01-01T01:00:00.000Z',
      machines: ['edge-1', 'edge-2'],
    });
    expect(edge.looks).toBe(1);
    expect((await http().get(`${path}/${made.id}`).expect(200)).body).toEqual(made);
    api.clock.advance(3_600_000);
    await http().get(`${path}/${made.id}`).expect(404);
    expect(await networks()).toEqual([]);
    expect(await ban('2001:DB8::1')).toMatchObject({ network: '2001:db8::1', until: null, note: '' });
  });

  it('lists them with what machines banned by themselves, newest first, a page at a time', async () => {
    edge.bans = [foundBan('198.51.100.1', { since: api.clock.now() - 5_000 }), foundBan('198.51.100.2')];
    api.clock.advance(1_000);
    await ban('203.0.113.0/24');
    expect(await networks()).toEqual(['203.0.113.0/24', '198.51.100.2', '198.51.100.1']);
    const { body } = await http().get(path).query({ limit: 2 }).expect(200);
    expect(body.items).toHaveLength(2);
    expect(await networks({ limit: 2, cursor: body.nextCursor })).toEqual(['198.51.100.1']);
    await http().get(path).query({ cursor: 'nonsense!' }).expect(400);
  });

  it('finds them by address, machine, reason and time', async () => {
    const at = (offset: number) => new Date(api.clock.now() + offset).toISOString();
    edge.bans = [
      foundBan('203.0.113.9', { reason: 'scanner', since: api.clock.now() - 60_000 }),
      foundBan('198.51.100.2', { machines: ['edge-2'] }),
    ];
    await ban('203.0.113.0/24');
    expect((await networks({ address: '203.0.113.9' })).sort()).toEqual(['203.0.113.0/24', '203.0.113.9']);
    expect(await networks({ address: '203.0.114.9' })).toEqual([]);
    expect(await networks({ machine: 'edge-2', reason: 'flood' })).toEqual(['198.51.100.2']);
    expect(await networks({ reason: 'manual' })).toEqual(['203.0.113.0/24']);
    expect(await networks({ sinceBefore: at(-1000) })).toEqual(['203.0.113.9']);
    expect((await networks({ sinceFrom: at(-1000) })).sort()).toEqual(['198.51.100.2', '203.0.113.0/24']);
    expect(await networks({ untilBefore: at(400_000), reason: 'scanner' })).toEqual(['203.0.113.9']);
    expect(await networks({ untilBefore: at(400_000), reason: 'manual' })).toEqual([]);
  });

  it('lifts what was banned by hand, and with it what machines banned within; and what they banned alone', async () => {
    edge.bans = [foundBan('203.0.113.9'), foundBan('198.51.100.2')];
    const { id } = await ban('203.0.113.0/24');
    await http().delete(`${path}/${id}`).expect(204);
    expect(await networks()).toEqual(['198.51.100.2']);
    const [other] = (await http().get(path).expect(200)).body.items;
    await http().delete(`${path}/${other.id}`).expect(204);
    await http().delete(`${path}/${other.id}`).expect(404);
    expect(await networks()).toEqual([]);
    expect(edge.looks).toBe(2);
  });

  it.each([
    ['300.0.0.1', 'must be an IP address'],
    ['carrier.example', 'must be an IP address'],
    ['203.0.113.0/33', 'must be an IP address'],
    ['0.0.0.0/0', 'too wide: at least /8'],
    ['2000::/3', 'too wide: at least /16'],
  ])('refuses to ban %s', async (network, message) => {
    const { body } = await http().post(path).send({ network }).expect(400);
    expect(body.errors).toMatchObject([{ pointer: '/network', message: expect.stringContaining(message) }]);
  });

  it('bans a network once, and none that has a trunk in it', async () => {
    await ban('203.0.113.0/24');
    expect((await http().post(path).send({ network: '203.0.113.9/24' }).expect(409)).body.code).toBe('already-exists');
    const carrier = { name: 'Carrier', inbound: { addresses: ['198.51.100.0/28'] } };
    const { body: trunk } = await http().post('/v1/trunks').send(carrier).expect(201);
    for (const network of ['198.51.100.7', '198.51.0.0/16']) {
      const { body } = await http().post(path).send({ network }).expect(409);
      expect(body).toMatchObject({ code: 'ban-hits-trunk', detail: expect.stringContaining(trunk.id) });
    }
    await http().patch(`/v1/trunks/${trunk.id}`).send({ enabled: false }).expect(200);
    await ban('198.51.100.7');
  });

  it('says so where nobody looks after an edge, and stores nothing then', async () => {
    edge.isThere = false;
    for (const asked of [http().get(path), http().post(path).send({ network: '203.0.113.9' })]) {
      expect((await asked.expect(503)).body.code).toBe('sip-edge-unavailable');
    }
    edge.isThere = true;
    expect(await networks()).toEqual([]);
  });

  it('are the first account’s only: others see none, make none and lift none', async () => {
    const branch = await api.newTenant({ name: 'Branch', parent: api.tenant.account });
    const { id } = await ban('203.0.113.9');
    expect((await http(branch).get(path).expect(200)).body).toEqual({ items: [], nextCursor: null });
    await http(branch).get(`${path}/${id}`).expect(404);
    await http(branch).delete(`${path}/${id}`).expect(404);
    await http(branch).post(path).send({ network: '203.0.113.10' }).expect(403);
    expect(await networks()).toEqual(['203.0.113.9']);
  });
});
