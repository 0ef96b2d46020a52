import { randomUUID } from 'node:crypto';
import { MongoCallStore } from '@hookswitch/api/call-records/mongo-call-store';
import { accountId, callsForTests, eventTypes, ownNumber, trunkId } from '@hookswitch/api/calls/calls-node.fixture';
import { routedCallControl } from '@hookswitch/api/calls/control/routed-call-control';
import { ExpireLostCalls } from '@hookswitch/api/calls/node/expire-lost-calls';
import { NodePlacement } from '@hookswitch/api/calls/node/node-placement';
import { RedisCommandChannel } from '@hookswitch/api/nodes/redis-command-channel';
import { RedisNodeLeases } from '@hookswitch/api/nodes/redis-node-leases';
import { systemClock } from '@hookswitch/kernel/clock';
import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { answers, createFakeEngine } from '@hookswitch/media/drivers/fake/index';
import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** Two media nodes and a process without an engine, as three processes are: each with its own command channel, on one Redis and one MongoDB. */
describe('calls of several processes', () => {
  let redis: Redis;
  let mongo: Connection;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    redis = new Redis(process.env.REDIS_URL!);
    mongo = await createConnection(process.env.MONGODB_URI!, { dbName: `nodes-${randomUUID()}` }).asPromise();
  });
  afterAll(async () => {
    for (const close of closing) await close();
    await mongo.dropDatabase();
    await mongo.close();
    await redis.quit();
  });

  const prefix = `test:${randomUUID()}:`;
  const clock = systemClock;
  const newId = idMaker(clock, systemRandom);

  async function node(nodeId: string) {
    const engine = createFakeEngine({ clock, random: systemRandom });
    await engine.start();
    const store = new MongoCallStore(mongo, { clock, newId });
    const leases = new RedisNodeLeases(redis, prefix);
    const commands = await RedisCommandChannel.open({ redis, clock, prefix, processId: nodeId });
    const kit = await callsForTests({
      clock,
      engine,
      nodeId,
      seed: clock.now() % 1_000_000,
      shared: { store, leases, commands },
    });
    await kit.calls.listening([]);
    closing.push(
      () => kit.calls.drain(0),
      () => engine.stop(0),
      () => commands.close(),
    );
    return { engine, ...kit };
  }

  it('are placed, changed and ended from a process that owns none of them', async () => {
    const first = await node('node-1');
    const second = await node('node-2');
    for (const { engine } of [first, second]) engine.network.phone('+14155550199', answers(10));
    const commands = await RedisCommandChannel.open({ redis, clock, prefix, processId: 'api' });
    closing.unshift(() => commands.close());
    const control = routedCallControl({
      store: first.store,
      commands,
      placement: new NodePlacement({ leases: first.leases, clock }),
    });

    first.engine.network.call({ from: '+447700900123', to: ownNumber, source: { kind: 'trunk', id: trunkId } });
    await vi.waitUntil(() => first.scripts.runs[0]?.leg.status === 'answered', { timeout: 30_000 });
    const callId = first.scripts.runs[0]!.leg.id;
    const changed = await control.modify({ accountId, callId, change: { tags: { seen: 'yes' } } });
    expect(changed).toMatchObject({ nodeId: 'node-1', tags: { seen: 'yes' } });
    const ended = await control.modify({ accountId, callId, change: { status: 'completed' } });
    expect(ended.status).toBe('completed');
    await expect(control.modify({ accountId, callId, change: { tags: {} } })).rejects.toMatchObject({
      code: 'call-not-live',
    });
    expect(await eventTypes(first.store, callId)).toEqual([
      'call.initiated',
      'call.answered',
      'call.updated',
      'call.completed',
      'cdr.created',
    ]);

    const placed = await control.place({
      callId: newId('CA'),
      accountId,
      to: '+14155550199',
      from: ownNumber,
      script: { url: 'https://example.com/voice' },
      ringTimeoutSeconds: 30,
      timeLimitSeconds: 60,
    });
    expect(['node-1', 'node-2']).toContain(placed.nodeId);
    const owner = placed.nodeId === 'node-1' ? first : second;
    const other = owner === first ? second : first;
    await vi.waitUntil(async () => (await first.store.find(placed.id))?.status === 'in-progress', { timeout: 30_000 });
    const over = await other.calls.control.modify({
      accountId,
      callId: placed.id,
      change: { status: 'completed' },
    });
    expect(over.status).toBe('completed');
  });

  it('are ended once when their node is gone, and say owner-unreachable until then', async () => {
    const lost = await node(`lost-${randomUUID()}`);
    lost.engine.network.call({ from: '+447700900123', to: ownNumber, source: { kind: 'trunk', id: trunkId } });
    await vi.waitUntil(() => lost.scripts.runs[0]?.leg.status === 'answered', { timeout: 30_000 });
    const callId = lost.scripts.runs[0]!.leg.id;
    const { nodeId, ...template } = (await lost.store.find(callId))!;
    // The record of a call whose node has neither a lease nor an ear.
    const orphan = { ...template, id: newId('CA'), nodeId: `${nodeId}-gone` };
    await lost.store.insert(orphan, [{ type: 'call.initiated', data: {} }]);
    await expect(
      lost.calls.control.modify({ accountId, callId: orphan.id, change: { tags: {} } }),
    ).rejects.toMatchObject({ code: 'owner-unreachable', kind: 'timeout' });
    const looks = [1, 2].map(
      () =>
        new ExpireLostCalls({
          store: lost.store,
          leases: lost.leases,
          clock,
          logger: silentLogger,
          buildCdr: (call) => ({ callId: call.id }),
          graceMs: 0,
        }),
    );
    for (const look of looks) await look.run();
    const counts = await Promise.all(looks.map((look) => look.run()));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect((await lost.store.find(orphan.id))!).toMatchObject({
      status: 'completed',
      termination: { reason: 'owner-lost' },
    });
    expect((await lost.store.find(callId))!.status).toBe('in-progress');
  });
});
