import { describe, expect, it } from 'vitest';
import { createWorld, startProcess, type World } from './event-pipeline.fixture.js';
import type { OutboxDocument, OutboxSource } from './outbox-source.js';

const sink = 'https://sink.example/hooks';
const callback = 'https://app.example/agents';

/** A source in memory, as a feature with events of its own would have one. */
function agentSource(world: World) {
  const documents = new Map<string, OutboxDocument & { readonly sequence: number }>();
  const kept: string[] = [];
  const source: OutboxSource = {
    name: 'agents',
    findMany: async (ids) => ids.flatMap((id) => documents.get(id) ?? []),
    withPendingEvents: async (limit) =>
      [...documents.values()]
        .filter(({ pendingEvents }) => pendingEvents.length > 0)
        .map(({ id }) => id)
        .slice(0, limit),
    async removePendingEvents(relayed) {
      for (const { id, sequence } of relayed) {
        const one = documents.get(id)!;
        documents.set(id, { ...one, pendingEvents: one.pendingEvents.filter((event) => event.sequence > sequence) });
      }
    },
    callbackUrls: async (_, type) => (type === 'call.updated' ? [callback] : []),
    keepRecords: async (relayed) => void kept.push(...relayed.map(({ id }) => id)),
  };
  /** Writes `count` more events about that agent. */
  const push = (id: string, count: number) => {
    const before = documents.get(id) ?? { id, accountId: world.accountId, sequence: 0, pendingEvents: [] };
    const more = Array.from({ length: count }, (_, n) => ({
      id: world.newId('EV'),
      type: 'call.updated' as const,
      sequence: before.sequence + n + 1,
      occurredAt: world.clock.now(),
      data: { n },
    }));
    documents.set(id, {
      ...before,
      sequence: before.sequence + count,
      pendingEvents: [...before.pendingEvents, ...more],
    });
  };
  return { source, push, kept, pending: (id: string) => documents.get(id)!.pendingEvents.length };
}

describe('outboxes of several kinds', () => {
  it('relays events about an agent as those about a call: stored, in order, under its own name and sequence', async () => {
    const world = createWorld();
    world.sender.on(sink, () => ({ status: 200, afterMs: 20 })).on(callback, () => ({ status: 200 }));
    await world.endpoint(sink);
    const agents = agentSource(world);
    const { relay, webhooks } = startProcess(world, {}, {}, [agents.source]);
    const agentId = world.newId('AG');
    agents.push(agentId, 2);
    await relay.relay('agents', [agentId]);
    agents.push(agentId, 1);
    await relay.relay('agents', [agentId]);
    await world.clock.advanceAsync(1000);
    await webhooks.settled();

    const bodies = (url: string) =>
      world.sender.received.filter((one) => one.url === url).map(({ body }) => JSON.parse(body) as object);
    const expected = [1, 2, 3].map((sequence) => ({ agentId, sequence, accountId: world.accountId }));
    expect(bodies(sink)).toMatchObject(expected);
    expect(bodies(callback)).toMatchObject(expected);
    for (const body of bodies(sink)) expect(body).not.toHaveProperty('callId');
    const stored = await world.events.list(world.accountId, { subjectId: agentId }, { limit: 10 });
    expect(stored.map(({ sequence }) => sequence)).toEqual([3, 2, 1]);
    expect([agents.pending(agentId), agents.kept]).toEqual([0, [agentId, agentId]]);
  });

  it('sweeps every source, also when one of them fails', async () => {
    const world = createWorld();
    world.sender.on(sink, () => ({ status: 200 })).on(callback, () => ({ status: 200 }));
    await world.endpoint(sink);
    const agents = agentSource(world);
    const broken: OutboxSource = {
      ...agentSource(world).source,
      name: 'broken',
      withPendingEvents: async () => {
        throw new Error('store is down');
      },
    };
    const { relay, webhooks } = startProcess(world, {}, {}, [broken, agents.source]);
    const call = await world.calls.insert(world.newCall(), [{ type: 'call.initiated', data: {} }]);
    const agentId = world.newId('AG');
    agents.push(agentId, 1);
    await expect(relay.sweep(10)).rejects.toThrow('store is down');
    await world.clock.advanceAsync(1000);
    await webhooks.settled();
    expect(world.sequences(sink, call.id)).toEqual([1]);
    expect(agents.pending(agentId)).toBe(0);
  });

  it('refuses a source that nobody composed', async () => {
    const { relay } = startProcess(createWorld());
    await expect(relay.relay('ghosts', ['AG1'])).rejects.toThrow('no outbox source ghosts');
  });
});
