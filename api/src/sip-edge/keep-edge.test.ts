import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { dialogMark } from '@hookswitch/media/port/dialog-mark';
import type { EdgePlan, SipEdge } from '@hookswitch/media/port/sip-edge';
import { describe, expect, it } from 'vitest';
import { MemoryCommandChannel, type NodeState } from '../nodes/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import type { Trunk, TrunkStore } from '../trunks/index.js';
import { edgeDeskBy } from './edge-desk.js';
import { KeepEdge } from './keep-edge.js';
import { type SipBanRecord, sipBanCollection } from './sip-ban.js';

const report = { maxCalls: 10, lagMs: 0, busy: 0, version: '0', startedAt: 0, reportedAt: 0 };
const node = (nodeId: string): NodeState => ({
  nodeId,
  counts: { total: 0, accounts: {}, trunks: {} },
  media: { ...report, sip: [`udp:10.0.0.${nodeId}:5060`] },
});

function world() {
  const told: EdgePlan[] = [];
  const said = {
    nodes: [node('1')] as NodeState[] | Error,
    addresses: ['198.51.100.7'],
    holds: true,
    trunksAway: false,
    stops: 0,
    released: 0,
  };
  const clock = new ManualClock();
  const commands = new MemoryCommandChannel({ clock });
  const sipBans = new MemoryTenantCollection<SipBanRecord>(sipBanCollection);
  const found = [{ address: '192.0.2.66', reason: 'flood', since: 0, until: 300_000, machines: ['edge-1'] }];
  const edge = {
    bans: async () => found,
    unban: async (address: string) => address === '192.0.2.66',
    settled: async () => {},
    set: (plan: EdgePlan) => void told.push(plan),
    start: () => {},
    stop: async () => void said.stops++,
    health: () => [{ machine: 'edge-1', up: true, nodesUp: [], nodesDown: [], bans: 0, requests: 0, restarts: 0 }],
  } as unknown as SipEdge;
  const trunk = () => ({ id: 'TK1', inbound: { addresses: said.addresses } }) as unknown as Trunk;
  const keeper = new KeepEdge({
    edge,
    leases: {
      alive: async () => {
        if (said.nodes instanceof Error) throw said.nodes;
        return said.nodes;
      },
    },
    trunks: {
      acrossAccounts: {
        find: async () => {
          if (said.trunksAway) throw new Error('MongoDB is away');
          return [trunk()];
        },
      },
    } as unknown as TrunkStore,
    lease: {
      hold: async () => said.holds,
      release: async () => void said.released++,
    },
    sipBans,
    commands,
    clock,
    logger: silentLogger,
  });
  const seconds = async (count: number) => {
    for (let n = 0; n < count; n += 1) await clock.advanceAsync(1000);
  };
  const desk = edgeDeskBy(commands);
  return { keeper, told, said, seconds, sipBans, desk, clock };
}

describe('the process that keeps the edge', () => {
  it('tells nodes and trunks once, and again what changes: nodes within a second, trunks within three', async () => {
    const { keeper, told, said, seconds } = world();
    keeper.start();
    await seconds(5);
    const first = { address: 'udp:10.0.0.1:5060', state: 'active', weight: 100, mark: dialogMark('1') };
    expect(told).toEqual([{ nodes: [first], sources: ['198.51.100.7'], banned: [] }]);
    said.nodes = [node('1'), node('2')];
    await seconds(2);
    expect(told.at(-1)?.nodes.map(({ address }) => address)).toEqual(['udp:10.0.0.1:5060', 'udp:10.0.0.2:5060']);
    said.addresses = ['203.0.113.0/24'];
    await seconds(4);
    expect(told.at(-1)?.sources).toEqual(['203.0.113.0/24']);
    expect(told).toHaveLength(3);
    await keeper.stop();
  });

  it('leaves the edge as it is while nodes cannot be read, and where it knows of none', async () => {
    const { keeper, told, said, seconds } = world();
    said.nodes = [];
    keeper.start();
    await seconds(3);
    expect(told).toEqual([]);
    said.nodes = [node('1')];
    await seconds(2);
    said.nodes = new Error('Redis is away');
    await seconds(30);
    expect(told).toHaveLength(1);
    await keeper.stop();
  });

  it('goes on telling nodes while trunks cannot be read, which stay as they are', async () => {
    const { keeper, told, said, seconds } = world();
    said.trunksAway = true;
    keeper.start();
    await seconds(3);
    expect(told).toEqual([]);
    said.trunksAway = false;
    await seconds(2);
    said.trunksAway = true;
    said.nodes = [node('1'), node('2')];
    await seconds(5);
    expect(told.at(-1)).toMatchObject({ nodes: [{}, {}], sources: ['198.51.100.7'] });
    await keeper.stop();
  });

  it('does nothing without the lease, stops when it loses it, and tells everything when it has it again', async () => {
    const { keeper, told, said, seconds } = world();
    said.holds = false;
    keeper.start();
    await seconds(3);
    expect([told.length, keeper.health()]).toEqual([0, []]);
    said.holds = true;
    await seconds(2);
    expect([told.length, keeper.health().length]).toEqual([1, 1]);
    said.holds = false;
    await seconds(2);
    expect([said.stops, keeper.health()]).toEqual([1, []]);
    said.holds = true;
    await seconds(2);
    expect(told).toHaveLength(2);
    await keeper.stop();
    expect(said.released).toBe(1);
  });

  it('tells bans by hand at once where it is asked to, and puts those away that are over', async () => {
    const { keeper, told, seconds, sipBans, desk, clock } = world();
    keeper.start();
    await seconds(2);
    const until = new Date(clock.now() + 60_000).toISOString();
    const ban = { accountId: 'AC1', note: '', revision: 1, createdAt: '', updatedAt: '' };
    await sipBans.insert({ ...ban, id: 'BN1', network: '192.0.2.1', until });
    await sipBans.insert({ ...ban, id: 'BN2', network: '192.0.2.0/28' });
    await desk.lookAgain();
    expect(told.at(-1)?.banned).toEqual(['192.0.2.0/28', '192.0.2.1']);
    await seconds(61);
    expect(told.at(-1)?.banned).toEqual(['192.0.2.0/28']);
    expect((await sipBans.list('AC1', {})).items.map(({ id }) => id)).toEqual(['BN2']);
    await keeper.stop();
  });

  it('answers for the edge while it has the lease, and says so where nobody does', async () => {
    const { keeper, said, seconds, desk } = world();
    await expect(desk.found()).rejects.toMatchObject({ code: 'sip-edge-unavailable', kind: 'unavailable' });
    keeper.start();
    await seconds(2);
    expect(await desk.found()).toMatchObject({ machines: ['edge-1'], bans: [{ address: '192.0.2.66' }] });
    expect(await desk.unban(['192.0.2.66', '192.0.2.67'])).toBe(1);
    said.holds = false;
    await seconds(2);
    await expect(desk.found()).rejects.toMatchObject({ code: 'sip-edge-unavailable' });
    await keeper.stop();
  });
});
