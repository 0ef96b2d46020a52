import { silentLogger } from '@hookswitch/kernel/logger';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutboxRelay } from '../../events/index.js';
import { MemoryEventStore } from '../../events/memory-event-store.js';
import { MemoryTenantCollection } from '../../store/memory-tenant-collection.js';
import { CentreWorld } from '../dispatch/centre.fixture.js';
import type { RoutingNode } from '../dispatch/routing-node.js';
import { statusChangeCollection, statusCursorCollection } from './status-change-record.js';
import { StatusHistory } from './status-history.js';
import { statusOutbox } from './status-outbox.js';

describe('the status history', () => {
  const ask = { type: 'ask', restReasons: ['meal'], by: 'agent' } as const;
  let world: CentreWorld;
  let changes: MemoryTenantCollection<import('./status-change-record.js').StatusChangeRecord>;
  let cursors: MemoryTenantCollection<import('./status-change-record.js').StatusCursor>;
  let history: StatusHistory;
  let kept: string[];

  beforeEach(() => {
    world = new CentreWorld();
    changes = new MemoryTenantCollection(statusChangeCollection);
    cursors = new MemoryTenantCollection(statusCursorCollection);
    kept = [];
  });
  afterEach(async () => {
    await world.stop();
    await history.stop();
  });

  async function start(nodeId: string): Promise<RoutingNode> {
    const { clock, store } = world;
    const onKept = (agentId: string) => kept.push(agentId);
    history = new StatusHistory({ store, changes, cursors, clock, logger: silentLogger, onKept });
    await world.nodeLives('n1');
    return world.startNode(nodeId, { witness: history });
  }

  async function written(agentId = 'A1'): Promise<string[]> {
    await world.settle();
    await history.settled();
    const { items } = await changes.list('AC1', { where: { agentId }, limit: 100 });
    return [...items].reverse().map(({ sequence, from, to }) => `${sequence} ${from}-${to}`);
  }

  it('AGENT-01 has each change once, in order, with time, status and reason', async () => {
    await start('r1');
    await world.agent('A1', ['G1']);
    await world.signal('A1', { type: 'clientConnected', client: { id: 'c', nodeId: 'n1' } });
    await world.pass(5);
    await world.signal('A1', { ...ask, status: 'rest', restReason: 'meal' });
    await world.signal('A1', { ...ask, status: 'free' });
    await world.agent('A2', ['G1']);
    expect(await written()).toEqual(['1 offline-free', '2 free-rest', '3 rest-free']);
    const { items } = await changes.list('AC1', { where: { agentId: 'A1', to: 'rest' } });
    expect(items[0]).toMatchObject({
      restReason: 'meal',
      why: 'asked',
      by: 'agent',
      changedAt: new Date(world.clock.now()).toISOString(),
    });
    expect(kept).toEqual(['A1', 'A1', 'A1', 'A2']);
  });

  it('goes on where a process that died left off', async () => {
    const first = await start('r1');
    await world.agent('A1', ['G1']);
    expect(await written()).toEqual(['1 offline-free']);
    await first.stop();
    await history.stop();
    await world.signal('A1', { ...ask, status: 'notReady' });
    await world.signal('A1', { ...ask, status: 'rest', restReason: 'meal' });
    await start('r2');
    await world.pass(1000);
    expect(await written()).toEqual(['1 offline-free', '2 free-notReady', '3 notReady-rest']);
    await world.signal('A1', { ...ask, status: 'free' });
    expect(await written()).toHaveLength(4);
  });

  it('writes nothing twice where two processes write', async () => {
    await start('r1');
    const other = history;
    world.lease.hold = async (_, accountIds) => accountIds;
    await start('r2');
    await world.agent('A1', ['G1']);
    for (let turn = 0; turn < 10; turn++) {
      await world.signal('A1', { ...ask, status: 'notReady' });
      await world.signal('A1', { ...ask, status: 'free' });
    }
    await other.settled();
    const lines = await written();
    expect(lines).toHaveLength(21);
    expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(Array.from({ length: 21 }, (_, at) => at + 1));
    await other.stop();
  });

  it('goes on after the live state was lost', async () => {
    await start('r1');
    await world.agent('A1', ['G1']);
    expect(await written()).toHaveLength(1);
    world.store.lose();
    await world.pass(10);
    await world.signal('A1', { ...ask, status: 'notReady' });
    expect(await written()).toEqual(['1 offline-free', '2 free-notReady']);
  });

  it('is written once the database is back', async () => {
    await start('r1');
    const insert = changes.insert.bind(changes);
    changes.insert = async () => {
      throw new Error('away');
    };
    await world.agent('A1', ['G1']);
    await world.pass(3000);
    changes.insert = insert;
    await world.pass(1000);
    expect(await written()).toEqual(['1 offline-free']);
  });

  it('becomes events, numbered per agent, each told once', async () => {
    await start('r1');
    await world.agent('AG1', ['G1']);
    await world.signal('AG1', { ...ask, status: 'rest', restReason: 'meal' });
    await world.agent('AG2', ['G1']);
    await written();
    const events = new MemoryEventStore();
    const told: string[] = [];
    const relay = new OutboxRelay({
      sources: [statusOutbox(changes)],
      events,
      logger: silentLogger,
      webhooks: {
        endpointsOf: async () => new Map(),
        targetsOf: () => [],
        fanOut: async (items) => {
          told.push(...items.map(({ event }) => `${event.subjectId} ${event.sequence}`));
          return new Set();
        },
      },
    });
    await relay.sweep(10);
    expect(told.sort()).toEqual(['AG1 1', 'AG1 2', 'AG2 1']);
    await relay.sweep(10);
    expect(told).toHaveLength(3);
    const [event] = await events.list('AC1', { subjectId: 'AG1' }, { limit: 1 });
    expect(JSON.parse(event!.payload)).toMatchObject({
      type: 'agent.status-changed',
      agentId: 'AG1',
      data: { change: { from: 'free', to: 'rest', restReason: 'meal', why: 'asked' } },
    });
  });
});
