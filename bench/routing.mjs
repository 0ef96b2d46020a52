// Routing: from "an agent is free" or "a caller is queued" to the committed offer, as a subscriber hears it, with 15,000 agents, 5,000 groups and 10,000 waiting calls routed by one process;
// on memory and on a Redis of its own. Then a simulated day on a virtual clock: service level, occupancy, fairness.
// CPU is that of this process: routing, the store's client, and the load generator. Floor: p99 20 ms; aim 2 ms.
// One after the other, and coming by chance at 300 a second (15,000 agents with calls of 3 minutes make some 150).
//   --agents 15000   --groups 5000   --waiting 10000   --measured 2000   --store memory,redis   --no-day
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import {
  enqueue,
  MemoryLiveCentreStore,
  MemoryRoutingLease,
  newLiveAgent,
  nextAgent,
  RedisLiveCentreStore,
  RoutingNode,
  signalAgent,
} from '../api/dist/acd/index.js';
import { MemoryNodeLeases } from '../api/dist/calls/index.js';
import { defaultCentreSettings } from '../api/dist/contact-centre/index.js';
import { MemorySkillGroupNews } from '../api/dist/skill-groups/index.js';
import { systemClock } from '../kernel/dist/clock.js';
import { idMaker } from '../kernel/dist/ids.js';
import { silentLogger } from '../kernel/dist/logger.js';
import { seededRandom } from '../kernel/dist/random.js';
import { startRedisServer } from '../platform/dist/data-servers/redis-server.js';
import { centreDay } from './lib/centre-day.mjs';
import { machine, round } from './lib/measure.mjs';

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '15000' },
    groups: { type: 'string', default: '5000' },
    waiting: { type: 'string', default: '10000' },
    measured: { type: 'string', default: '2000' },
    store: { type: 'string', default: 'memory,redis' },
    'no-day': { type: 'boolean', default: false },
  },
});
const [agents, groups, waiting, measured] = ['agents', 'groups', 'waiting', 'measured'].map((name) =>
  Number(values[name]),
);
const accountId = 'AC1';
const clock = systemClock;

const runs = [];
for (const kind of values.store.split(',')) {
  const opened = kind === 'redis' ? await openRedis() : { store: new MemoryLiveCentreStore(), close: async () => {} };
  try {
    runs.push({ store: kind, ...(await measure(opened.store)) });
  } finally {
    await opened.close();
  }
}
const day = values['no-day'] ? undefined : await centreDay({});
console.log(JSON.stringify({ bench: 'routing', machine: machine(), agents, groups, waiting, runs, day }, null, 2));
process.exit(0);

async function measure(store) {
  const random = seededRandom(1);
  const newId = idMaker(clock, random);
  const groupId = (at) => `SG${at % groups}`;
  const leases = new MemoryNodeLeases(clock);
  await leases.renew('n1', 1e12, { total: 0, accounts: {}, trunks: {} });
  console.error(`${agents} agents in calls, ${waiting} calls in the queue`);
  for (let from = 0; from < agents; from += 200) {
    const writes = Array.from({ length: Math.min(200, agents - from) }, (_, at) => ({
      put: busyAgent(from + at, groupId),
    }));
    await store.commit(accountId, writes);
  }
  for (let from = 0; from < waiting; from += 200) {
    const writes = Array.from({ length: Math.min(200, waiting - from) }, (_, at) =>
      newEntry(newId, groupId(from + at)),
    );
    await store.commit(accountId, writes.flat());
  }
  const offered = new Map();
  const heard = [];
  await store.subscribe(accountId, {
    reload: () => console.error('reload'),
    changed({ records }) {
      for (const { kind, record } of records) {
        if (kind === 'agent' && record?.offerId) offered.get(record.id)?.(performance.now());
        if (kind === 'offer' && record) {
          heard.push(record);
          offered.get(record.entryId)?.(performance.now());
        }
      }
    },
  });
  const rule = (id) => ({
    id,
    revision: 1,
    strategy: 'longestIdle',
    lastServedFirst: false,
    queuePriority: 0,
    maxWaiting: 100_000,
    overflow: [],
  });
  const died = new Set();
  const lease = new MemoryRoutingLease(clock);
  const newNode = (nodeId) =>
    new RoutingNode({
      nodeId,
      store: mortal(store, () => died.has(nodeId)),
      lease: {
        release: (...given) => lease.release(...given),
        hold: async (...given) => (died.has(nodeId) ? [] : lease.hold(...given)),
      },
      leases,
      clock,
      newId,
      logger: silentLogger,
      skillGroupNews: new MemorySkillGroupNews(),
      skillGroupOf: async (_, id) => rule(id),
      settingsOf: async () => ({ accountId, ...defaultCentreSettings, ringTimeoutSeconds: undefined }),
    });
  const node = newNode('r1');
  const loadStarted = performance.now();
  await node.start();
  for (;;) {
    const { entries } = await store.load(accountId);
    if (entries.every(({ state }) => state !== 'arriving')) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const firstLookMs = performance.now() - loadStarted;
  const until = (id) => new Promise((resolve) => offered.set(id, resolve));

  /** An agent of a group where calls wait ends its call. */
  async function agentFree(at) {
    const agentId = `AG${at}`;
    const asked = until(agentId);
    const started = performance.now();
    await signalAgent(
      store,
      accountId,
      agentId,
      [{ type: 'callEnded', contactId: `CN${at}`, afterCallWorkSeconds: 0 }],
      clock.now(),
    );
    const took = (await asked) - started;
    offered.delete(agentId);
    return took;
  }
  /** A call comes to the only group of an agent who is free. */
  async function callQueued(at) {
    const skillGroupId = `SGfree${at}`;
    let agent = newLiveAgent(
      accountId,
      `AGfree${at}`,
      { skillGroups: [{ skillGroupId, priority: 3 }], reachableWithoutClient: true },
      clock.now(),
    );
    agent = nextAgent(agent, { type: 'goOnline', statusOnline: 'free', by: 'agent' }, clock.now());
    await store.commit(accountId, [{ put: agent }]);
    const writes = newEntry(newId, skillGroupId);
    const asked = until(writes[0].put.id);
    const started = performance.now();
    await store.commit(accountId, writes);
    const took = (await asked) - started;
    offered.delete(writes[0].put.id);
    return took;
  }
  let next = 0;
  const result = { firstLookMs: round(firstLookMs) };
  for (const [name, act] of [
    ['agentFree', agentFree],
    ['callQueued', callQueued],
  ]) {
    for (const rate of [0, 300]) {
      const many = Math.min(measured, Math.floor(waiting / 5));
      const warm = Math.ceil(many / 4);
      await repeat(warm, rate, () => act(next++));
      const cpu = process.cpuUsage();
      const started = performance.now();
      const took = await repeat(many, rate, () => act(next++));
      const wallMs = performance.now() - started;
      const used = process.cpuUsage(cpu);
      took.sort((a, b) => a - b);
      result[rate === 0 ? `${name}OneByOne` : `${name}At${rate}PerSecond`] = {
        measured: took.length,
        p50Ms: round(took[Math.floor(took.length / 2)]),
        p99Ms: round(took[Math.floor(took.length * 0.99)]),
        cpuMsEach: round((used.user + used.system) / 1000 / took.length),
        perSecond: round((1000 * took.length) / wallMs),
      };
    }
  }
  // The process dies: nobody renews its lease. An agent becomes free at once; another process offers it the call.
  died.add('r1');
  const second = newNode('r2');
  await second.start();
  result.takeOverMs = round(await agentFree(next++));
  await node.stop();
  await second.stop();
  const twice = heard.length - new Set(heard.map(({ entryId }) => entryId)).size;
  return { ...result, offeredTwice: twice };
}

/** The store of a process that may die: then nothing of it takes effect any more. */
function mortal(store, isDead) {
  return new Proxy(store, {
    get(target, name) {
      const member = target[name];
      if (typeof member !== 'function') return member;
      return (...given) => (name === 'commit' && isDead() ? new Promise(() => {}) : member.apply(target, given));
    },
  });
}

function busyAgent(at, groupId) {
  const skillGroups = [0, 1, 2].map((more) => ({ skillGroupId: groupId(at * 7 + more * 1667), priority: 3 }));
  let agent = newLiveAgent(accountId, `AG${at}`, { skillGroups, reachableWithoutClient: true }, clock.now());
  agent = nextAgent(agent, { type: 'goOnline', statusOnline: 'free', by: 'agent' }, clock.now());
  return nextAgent(agent, { type: 'placeCall', contactId: `CN${at}`, nodeId: 'n1' }, clock.now());
}

function newEntry(newId, skillGroupId) {
  const draft = {
    id: newId('QE'),
    accountId,
    contactId: newId('CN'),
    callId: newId('CA'),
    nodeId: 'n1',
    enqueuedAt: clock.now(),
  };
  return enqueue({ ...draft, skillGroupId });
}

/** @param rate a second, by chance; 0: one after the other */
async function repeat(count, rate, act) {
  if (rate === 0) {
    const took = [];
    while (took.length < count) took.push(await act());
    return took;
  }
  const chance = seededRandom(count);
  const started = performance.now();
  let due = 0;
  const running = [];
  while (running.length < count) {
    due -= (Math.log(1 - chance.next()) * 1000) / rate;
    const early = due - (performance.now() - started);
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    running.push(act());
  }
  return Promise.all(running);
}

async function openRedis() {
  const dataFolder = mkdtempSync(join(tmpdir(), 'hookswitch-bench-'));
  const server = await startRedisServer({ url: undefined, dataFolder, throwaway: true });
  const redis = new Redis(server.uri);
  const store = new RedisLiveCentreStore({ redis, logger: silentLogger });
  return {
    store,
    async close() {
      await store.close();
      await redis.quit();
      await server.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
