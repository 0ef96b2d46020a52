// A day of a contact centre on a virtual clock: callers come by the hour's rate, wait as long as they will, talk, and agents work after the call.
import {
  answerOffer,
  enqueue,
  leave,
  MemoryLiveCentreStore,
  MemoryRoutingLease,
  newLiveAgent,
  nextAgent,
  RoutingNode,
  signalAgent,
} from '../../api/dist/acd/index.js';
import { MemoryNodeLeases } from '../../api/dist/calls/index.js';
import { defaultCentreSettings } from '../../api/dist/contact-centre/index.js';
import { MemorySkillGroupNews } from '../../api/dist/skill-groups/index.js';
import { idMaker } from '../../kernel/dist/ids.js';
import { silentLogger } from '../../kernel/dist/logger.js';
import { ManualClock } from '../../kernel/dist/manual-clock.js';
import { seededRandom } from '../../kernel/dist/random.js';

const accountId = 'AC1';
const hourMs = 3_600_000;
/** Calls an hour, by hour of the day, as a part of the busiest hour. */
const profile = [
  0.05, 0.03, 0.02, 0.02, 0.03, 0.06, 0.15, 0.35, 0.7, 0.95, 1, 0.95, 0.7, 0.75, 0.9, 0.95, 0.9, 0.75, 0.5, 0.4, 0.3,
  0.2, 0.12, 0.08,
];

/** Lives through a day. Answers service level, waits, occupancy and fairness. */
export async function centreDay({
  agents = 60,
  groups = 4,
  busiestHour = 900,
  talkSeconds = 180,
  workSeconds = 20,
  patienceSeconds = 120,
  seed = 1,
}) {
  const clock = new ManualClock();
  const random = seededRandom(seed);
  const exponential = (mean) => -Math.log(1 - random.next()) * mean;
  const pick = (count) => Math.floor(random.next() * count);
  const newId = idMaker(clock, random);
  const live = new MemoryLiveCentreStore();
  const leases = new MemoryNodeLeases(clock);
  await leases.renew('n1', 1e12, { total: 0, accounts: {}, trunks: {} });
  const group = (id) => ({
    id,
    revision: 1,
    strategy: 'longestIdle',
    lastServedFirst: false,
    queuePriority: 0,
    maxWaiting: 1000,
    overflow: [],
  });
  const node = new RoutingNode({
    nodeId: 'r1',
    store: live,
    lease: new MemoryRoutingLease(clock),
    leases,
    clock,
    newId,
    logger: silentLogger,
    skillGroupNews: new MemorySkillGroupNews(),
    skillGroupOf: async (_, id) => group(id),
    settingsOf: async () => ({ accountId, ...defaultCentreSettings }),
  });
  await node.start();

  const begin = clock.now();
  const seen = {
    offered: 0,
    waits: [],
    abandoned: 0,
    shortAbandoned: 0,
    turnedAway: 0,
    answeredBy: new Map(),
    busyMs: new Map(),
    freeMs: new Map(),
  };
  const waiting = new Map();
  const state = new Map();
  await live.subscribe(accountId, { reload() {}, changed: ({ records }) => records.forEach(look) });
  function look({ kind, id, record }) {
    if (kind === 'agent') {
      const before = state.get(id);
      if (before) {
        const to =
          before.status === 'free'
            ? seen.freeMs
            : before.status === 'busy' || before.status === 'afterCallWork'
              ? seen.busyMs
              : undefined;
        to?.set(id, (to.get(id) ?? 0) + clock.now() - before.at);
      }
      state.set(id, { status: record.status, at: clock.now() });
    } else if (kind === 'offer' && record) clock.after(1500 + random.next() * 3000, () => answer(record));
    else if (kind === 'entry' && record?.state === 'turnedAway') {
      seen.turnedAway++;
      waiting.delete(id);
      void leave(live, accountId, id, clock.now());
    }
  }
  async function answer(offer) {
    try {
      await answerOffer(live, accountId, offer.id, clock.now(), '2026-01-01');
    } catch {
      return;
    }
    seen.waits.push(clock.now() - waiting.get(offer.entryId));
    waiting.delete(offer.entryId);
    seen.answeredBy.set(offer.agentId, (seen.answeredBy.get(offer.agentId) ?? 0) + 1);
    clock.after(1000 * exponential(talkSeconds), () =>
      signalAgent(
        live,
        accountId,
        offer.agentId,
        [{ type: 'callEnded', contactId: offer.contactId, afterCallWorkSeconds: workSeconds }],
        clock.now(),
      ),
    );
  }
  async function call() {
    const id = newId('QE');
    const at = clock.now();
    seen.offered++;
    waiting.set(id, at);
    await live.commit(
      accountId,
      enqueue({
        id,
        accountId,
        contactId: newId('CN'),
        callId: newId('CA'),
        nodeId: 'n1',
        enqueuedAt: at,
        skillGroupId: `SG${pick(groups)}`,
      }),
    );
    clock.after(1000 * exponential(patienceSeconds), async () => {
      if (!waiting.has(id) || !(await leave(live, accountId, id, clock.now()))) return;
      waiting.delete(id);
      seen.abandoned++;
      if (clock.now() - at < 5000) seen.shortAbandoned++;
    });
  }
  // Each agent serves two groups, so that every group has as many.
  for (let at = 0; at < agents; at++) {
    const skillGroups = [at % groups, (at + 1) % groups].map((one) => ({ skillGroupId: `SG${one}`, priority: 3 }));
    let agent = newLiveAgent(accountId, `AG${at}`, { skillGroups, reachableWithoutClient: true }, begin);
    agent = nextAgent(agent, { type: 'goOnline', statusOnline: 'free', by: 'agent' }, begin);
    await live.commit(accountId, [{ put: agent }]);
  }
  const arrive = () => {
    const hour = Math.floor((clock.now() - begin) / hourMs);
    if (hour >= 24) return;
    clock.after(exponential(hourMs / (busiestHour * profile[hour])), () => {
      void call();
      arrive();
    });
  };
  arrive();
  const started = performance.now();
  const cpu = process.cpuUsage();
  while (clock.now() < begin + 25 * hourMs && clock.step())
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  const used = process.cpuUsage(cpu);
  await node.stop();
  return report(seen, {
    clock,
    begin,
    wallMs: performance.now() - started,
    cpuMs: (used.user + used.system) / 1000,
    agents,
  });
}

function report(seen, { clock, begin, wallMs, cpuMs, agents }) {
  const waits = [...seen.waits].sort((a, b) => a - b);
  const at = (part) => Math.round((waits[Math.floor(waits.length * part)] ?? 0) / 100) / 10;
  const within = waits.filter((ms) => ms <= 20_000).length;
  const sum = (map) => [...map.values()].reduce((total, one) => total + one, 0);
  const occupancies = [...seen.busyMs].map(([id, busy]) => busy / (busy + (seen.freeMs.get(id) ?? 0)));
  const calls = [...seen.answeredBy.values()];
  const mean = calls.reduce((total, one) => total + one, 0) / agents;
  return {
    agents,
    offered: seen.offered,
    answered: waits.length,
    abandoned: seen.abandoned,
    turnedAway: seen.turnedAway,
    stillWaiting: seen.offered - waits.length - seen.abandoned - seen.turnedAway,
    serviceLevel20s: Math.round((1000 * within) / (waits.length + seen.abandoned - seen.shortAbandoned)) / 10,
    waitSeconds: { p50: at(0.5), p90: at(0.9), p99: at(0.99) },
    occupancy: Math.round((1000 * sum(seen.busyMs)) / (sum(seen.busyMs) + sum(seen.freeMs))) / 10,
    // How evenly the work is spread: calls of an agent beside the mean, the deviation in percent of the mean, occupancy of the least and the most busy.
    fairness: {
      leastCalls: Math.min(...calls),
      mostCalls: Math.max(...calls),
      deviationPercent:
        Math.round((1000 * Math.sqrt(calls.reduce((total, one) => total + (one - mean) ** 2, 0) / agents)) / mean) / 10,
      leastOccupied: Math.round(1000 * Math.min(...occupancies)) / 10,
      mostOccupied: Math.round(1000 * Math.max(...occupancies)) / 10,
    },
    timesRealTime: Math.round((clock.now() - begin) / wallMs),
    cpuMs: Math.round(cpuMs),
  };
}
