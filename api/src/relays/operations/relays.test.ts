import type { RelayHealth } from '@hookswitch/media/port/media-relay';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryCommandChannel, MemoryNodeLeases } from '../../nodes/index.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { createTestApi, type TestApi } from '../../test-api/create-test-api.fixture.js';
import { type NodeRelays, nodeRelays } from '../node-relays.js';
import { type RelayDrainRecord, relayDrainCollection } from '../relay-drain.js';
import { relayIdOf } from '../relay-id.js';
import { relayOperations } from './index.js';

const noFailures = { timeout: 0, busy: 0, full: 0, refused: 0, malformed: 0, lost: 0 };

/** The relays of a node, on paper. */
function paperRelays(...said: Partial<RelayHealth>[]) {
  const all: RelayHealth[] = said.map((one, at) => ({
    address: `10.0.0.${7 + at}:2223`,
    ...{ up: true, drained: false, weight: 1, sessions: 0, outstanding: 0, failures: noFailures },
    ...one,
  }));
  return {
    health: () => all,
    drain(address: string, drained: boolean) {
      const at = all.findIndex((one) => one.address === address);
      if (at >= 0) all[at] = { ...all[at]!, drained };
      return at >= 0;
    },
  };
}

describe('media relays over HTTP', () => {
  let api: TestApi;
  let leases: MemoryNodeLeases;
  let commands: MemoryCommandChannel;
  let relayDrains: MemoryTenantCollection<RelayDrainRecord>;
  beforeEach(async () => {
    api = await createTestApi({
      operations: ({ clock }) => {
        leases = new MemoryNodeLeases(clock);
        commands = new MemoryCommandChannel({ clock });
        relayDrains = new MemoryTenantCollection(relayDrainCollection);
        return relayOperations({ leases, commands, relayDrains, clock });
      },
    });
  });
  afterEach(() => api.close());

  const http = (tenant = api.tenant) => supertest.agent(api.server).set('Authorization', tenant.authorization);

  const report = (nodeId: string, relays?: NodeRelays) => {
    const now = api.clock.now();
    const said = { sip: ['udp:10.0.0.5:5060'], maxCalls: 400, lagMs: 0, busy: 0, version: '1' };
    const media = { ...said, startedAt: now, reportedAt: now, ...(relays && { relays: relays.report() }) };
    return leases.renew(nodeId, 60_000, { counts: { total: 0, accounts: {}, trunks: {} }, media });
  };

  /** A node that uses these relays, takes commands about them, and says how they are. */
  async function node(nodeId: string, ...said: Partial<RelayHealth>[]): Promise<NodeRelays> {
    const relays = nodeRelays(paperRelays(...said), { relayDrains });
    await relays.start();
    await commands.listen(nodeId, ({ request }) => relays.commands['relay.drain.v1'](request as never));
    await report(nodeId, relays);
    return relays;
  }

  const [first, second] = [relayIdOf('10.0.0.7:2223'), relayIdOf('10.0.0.8:2223')];

  it('are told as all nodes see them together, a page at a time, by state', async () => {
    const load = { sessions: 9, packetsPerSecond: 700, errorsPerSecond: 0 };
    await node('media-1', { sessions: 3, outstanding: 1, load, weight: 2 }, { up: false });
    await node('media-2', { sessions: 4, failures: { ...noFailures, lost: 2 }, weight: 2 }, { up: false });
    await report('media-3');
    const { body } = await http().get(`/v1/relays/${first}`).expect(200);
    expect(body).toEqual({
      id: first,
      address: '10.0.0.7:2223',
      state: 'active',
      up: true,
      weight: 2,
      sessions: 7,
      load,
      failures: { ...noFailures, lost: 2 },
      drainedSince: null,
      nodes: [
        { nodeId: 'media-1', up: true, drained: false, sessions: 3, outstandingCommands: 1 },
        { nodeId: 'media-2', up: true, drained: false, sessions: 4, outstandingCommands: 0 },
      ],
    });
    const page = (await http().get('/v1/relays').query({ limit: 1 }).expect(200)).body;
    const rest = (await http().get('/v1/relays').query({ cursor: page.nextCursor }).expect(200)).body;
    expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual([first, second].sort());
    const down = (await http().get('/v1/relays').query({ state: 'down' }).expect(200)).body;
    expect(down.items).toMatchObject([{ id: second, state: 'down', load: null }]);
    await http().get('/v1/relays').query({ state: 'tired' }).expect(400);
    await http().get('/v1/relays').query({ cursor: 'nonsense!' }).expect(400);
  });

  it('are drained on every node, and on such as start later, until they take sessions again', async () => {
    const nodes = [await node('media-1', { sessions: 2 }), await node('media-2', {})];
    const told = () => nodes.map((one) => one.report()[0]!.drained);
    const { body } = await http().post(`/v1/relays/${first}/drain`).expect(200);
    expect(body).toMatchObject({ state: 'draining', sessions: 2, drainedSince: '2026-01-01T00:00:00.000Z' });
    expect([body.nodes.map((one: { drained: boolean }) => one.drained), told()]).toEqual([
      [true, true],
      [true, true],
    ]);
    api.clock.advance(60_000);
    await Promise.all(nodes.map((one, at) => report(`media-${at + 1}`, one)));
    nodes.push(await node('media-3', {}));
    expect(told()).toEqual([true, true, true]);
    // Asked again, it keeps its beginning.
    const again = (await http().post(`/v1/relays/${first}/drain`).expect(200)).body;
    expect(again.drainedSince).toBe('2026-01-01T00:00:00.000Z');
    await http().post(`/v1/relays/${first}/undrain`).expect(200);
    expect(told()).toEqual([false, false, false]);
    expect((await http().post(`/v1/relays/${first}/undrain`).expect(200)).body).toMatchObject({
      state: 'active',
      drainedSince: null,
    });
    expect((await node('media-4', {})).report()[0]!.drained).toBe(false);
  });

  it('say so when a node does not answer: what was asked for is kept, and counts once it is asked again', async () => {
    const one = await node('media-1', {});
    await report('media-9', nodeRelays(paperRelays({}), { relayDrains }));
    expect((await http().post(`/v1/relays/${first}/drain`).expect(504)).body.code).toBe('owner-unreachable');
    expect(one.report()[0]!.drained).toBe(true);
    expect((await http().get(`/v1/relays/${first}`).expect(200)).body.state).toBe('drained');
    await leases.release('media-9');
    await http().post(`/v1/relays/${first}/drain`).expect(200);
  });

  it('are the first account’s only: others see none and drain none', async () => {
    await node('media-1', {});
    const branch = await api.newTenant({ name: 'Branch', parent: api.tenant.account });
    expect((await http(branch).get('/v1/relays').expect(200)).body).toEqual({ items: [], nextCursor: null });
    for (const path of [first, `${first}/drain`, `${first}/undrain`]) {
      const asked = path === first ? http(branch).get(`/v1/relays/${path}`) : http(branch).post(`/v1/relays/${path}`);
      await asked.expect(404);
    }
    await http().get(`/v1/relays/${second}`).expect(404);
  });
});
