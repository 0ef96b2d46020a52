import { randomUUID } from 'node:crypto';
import {
  answerOffer,
  enqueue,
  leave,
  newLiveAgent,
  RedisLiveCentreStore,
  RedisRoutingLease,
  RoutingNode,
  signalAgent,
} from '@hookswitch/api/acd/index';
import { defaultCentreSettings } from '@hookswitch/api/contact-centre/index';
import { RedisNodeLeases } from '@hookswitch/api/nodes/index';
import { RedisSkillGroupNews } from '@hookswitch/api/skill-groups/index';
import { systemClock as clock } from '@hookswitch/kernel/clock';
import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger as logger } from '@hookswitch/kernel/logger';
import { systemRandom } from '@hookswitch/kernel/random';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it, vi } from 'vitest';

const accountId = 'AC1';
const newId = idMaker(clock, systemRandom);
const control = new Redis(process.env.REDIS_URL!);
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await control.quit();
});

/** A process that routes, on connections of its own. */
async function startProcess(prefix: string) {
  const redis = new Redis(process.env.REDIS_URL!);
  redis.on('error', () => {});
  const store = new RedisLiveCentreStore({ redis, prefix, logger });
  const skillGroupNews = new RedisSkillGroupNews({ redis, logger, prefix });
  const node = new RoutingNode({
    nodeId: newId('JB'),
    store,
    lease: new RedisRoutingLease(redis, prefix),
    leases: new RedisNodeLeases(redis, prefix),
    skillGroupNews,
    skillGroupOf: async (_, id) => ({
      id,
      revision: 1,
      strategy: 'longestIdle',
      lastServedFirst: false,
      queuePriority: 0,
      maxWaiting: 1000,
      overflow: [],
    }),
    settingsOf: async () => ({ accountId, ...defaultCentreSettings }),
    settingsKeptMs: 1000,
    clock,
    newId,
    logger,
  });
  await node.start();
  closing.push(
    () => redis.disconnect(),
    () => store.close(),
    () => skillGroupNews.close(),
    () => node.stop().catch(() => {}),
  );
  /** As by `kill -9`: its connections are gone, nothing is given up. */
  const kill = async () => {
    redis.disconnect();
    await store.close();
    await skillGroupNews.close();
  };
  return { store, node, kill };
}

async function setUp() {
  const prefix = `test:${randomUUID()}:`;
  await new RedisNodeLeases(control, prefix).renew('n1', 600_000, { counts: { total: 0, accounts: {}, trunks: {} } });
  const first = await startProcess(prefix);
  const store = new RedisLiveCentreStore({ redis: control, prefix, logger });
  closing.push(() => store.close());
  const profile = { skillGroups: [{ skillGroupId: 'SG1', priority: 3 }], reachableWithoutClient: true };
  const signal = (agentId: string, ...signals: Parameters<typeof signalAgent>[3]) =>
    signalAgent(store, accountId, agentId, signals, clock.now(), () =>
      newLiveAgent(accountId, agentId, profile, clock.now()),
    );
  return {
    prefix,
    first,
    store,
    signal,
    online: (agentId: string) => signal(agentId, { type: 'goOnline', statusOnline: 'free', by: 'agent' }),
    call: (id: string, enqueuedAt: number) =>
      store.commit(
        accountId,
        enqueue({
          id,
          accountId,
          contactId: `CN${id}`,
          callId: `CA${id}`,
          nodeId: 'n1',
          enqueuedAt,
          skillGroupId: 'SG1',
        }),
      ),
    /** The call that rings for that agent, once one does. */
    rings: (agentId: string) =>
      vi.waitFor(
        async () => {
          const { offerId } = (await store.get(accountId, 'agent', agentId))!;
          expect(offerId).toBeDefined();
          return (await store.get(accountId, 'offer', offerId!))!;
        },
        { timeout: 30_000 },
      ),
  };
}

describe('routing on Redis', () => {
  it('is taken over from a process that is killed with 50 callers waiting: none is lost, reordered or offered twice', async () => {
    const { prefix, first, store, signal, online, call, rings } = await setUp();
    await online('A1');
    await signal('A1', { type: 'placeCall', contactId: 'CN0', nodeId: 'n1' });
    const begin = clock.now();
    await Promise.all(Array.from({ length: 50 }, (_, at) => call(`E${at}`, begin - ((at * 7) % 50))));
    await vi.waitFor(async () => {
      const { entries } = await store.load(accountId);
      expect(entries.map(({ state }) => state)).toEqual(Array(50).fill('waiting'));
    });
    const second = await startProcess(prefix);
    expect(second.node.accountIds).toEqual([]);
    await first.kill();
    await signal('A1', { type: 'callEnded', contactId: 'CN0', afterCallWorkSeconds: 0 });
    const served: string[] = [];
    while (served.length < 50) {
      const offer = await rings('A1');
      served.push(offer.entryId);
      await answerOffer(store, accountId, offer.id, clock.now(), '2026-01-01');
      await signal('A1', { type: 'callEnded', contactId: offer.contactId, afterCallWorkSeconds: 0 });
    }
    const place = (id: string) => (Number(id.slice(1)) * 7) % 50;
    expect(served).toEqual([...served].sort((a, b) => place(b) - place(a)));
    expect(new Set(served).size).toBe(50);
    expect(await store.load(accountId)).toMatchObject({ entries: [], offers: [] });
  });

  it('goes on when Redis lost everything, with what owners put back', async () => {
    const { prefix, store, online, call, rings } = await setUp();
    await online('A1');
    await call('E1', clock.now());
    await rings('A1');
    const keys = await control.keys(`${prefix}acd:*`);
    await control.del(...keys);
    await online('A1');
    await call('E1', clock.now());
    const offer = await rings('A1');
    expect(offer.entryId).toBe('E1');
    expect(await leave(store, accountId, 'E1', clock.now())).toBe(true);
  });
});
