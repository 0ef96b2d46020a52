// Flows: CPU of entering a node beyond its media, on calls without sound: the loop, variables, conditions and hours, the timeline and the counts, each written to memory in batches. Floor: 50 µs a node.
//   --rounds 5   --calls 100   --nodes 900
import { parseArgs } from 'node:util';
import { BatchedTimeline } from '../api/dist/calls/timeline/batched-timeline.js';
import { MemoryTimelineStore } from '../api/dist/calls/timeline/memory-timeline-store.js';
import { BatchedFlowCounts, createFlowRunner, MemoryFlowCounts, parseFlow } from '../api/dist/flows/index.js';
import { defaultScriptSettings } from '../api/dist/scripting/index.js';
import { createMemorySpeech } from '../api/dist/speech/memory-speech.js';
import { systemClock } from '../kernel/dist/clock.js';
import { idMaker } from '../kernel/dist/ids.js';
import { silentLogger } from '../kernel/dist/logger.js';
import { seededRandom } from '../kernel/dist/random.js';
import { createFakeEngine } from '../media/dist/drivers/fake/index.js';
import { machine, round } from './lib/measure.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    calls: { type: 'string', default: '100' },
    nodes: { type: 'string', default: '900' },
  },
});
const [rounds, calls, nodes] = ['rounds', 'calls', 'nodes'].map((name) => Number(values[name]));
const clock = systemClock;
const logger = silentLogger;
const random = seededRandom(1);
const newId = idMaker(clock, random);

const runs = [];
for (const kinds of ['setVariable', 'condition', 'workingHours', 'all']) {
  const flow = await chain(kinds);
  const perNode = [];
  for (let round = 0; round <= rounds; round++) perNode.push(await measure(flow));
  runs.push({
    kinds,
    warmCalls: calls,
    microsecondsPerNode: perNode.slice(1).map(round),
    least: round(Math.min(...perNode.slice(1))),
  });
}
console.log(JSON.stringify({ bench: 'flows', machine: machine(), calls, nodes, runs }, null, 2));
process.exit(0);

/** One after the other through all nodes, hung up at the end. */
async function measure(flow) {
  const timeline = new BatchedTimeline({
    store: new MemoryTimelineStore(),
    clock,
    logger,
    writer: 'bench',
    maxWaiting: 1e7,
  });
  const counts = new BatchedFlowCounts({ counts: new MemoryFlowCounts(), clock, logger });
  const engine = createFakeEngine({ clock, random, save: async () => {} });
  await engine.start();
  const runner = createFlowRunner({
    scripting: {
      clock,
      logger,
      source: { ask: () => Promise.reject(new Error('no scripts here')) },
      audio: { resolve: () => Promise.reject(new Error('no audio here')) },
      speech: createMemorySpeech(),
      recorder: { start: () => Promise.reject(new Error('no recordings here')), active: () => [] },
      settings: defaultScriptSettings,
    },
    flows: { find: async () => ({ flowId: 'FL1', name: 'Bench', version: '1.0', flow }) },
    counts,
    services: { http: undefined, newId },
  });
  const legs = [];
  engine.events.on('incoming', (incoming) => legs.push(incoming.accept(newId('CA'))));
  for (let call = 0; call < calls; call++) {
    engine.network.call({ from: '+4930111', to: '+4930222', source: { kind: 'trunk', id: 'TK1' } });
  }
  while (legs.length < calls) await new Promise((resolve) => setTimeout(resolve, 5));
  const before = process.cpuUsage();
  for (const leg of legs) await runner.run(request(leg, timeline));
  await Promise.all([timeline.flush(), counts.flush()]);
  const { user, system } = process.cpuUsage(before);
  await engine.stop(0);
  return (user + system) / (calls * (nodes + 2));
}

function request(leg, timeline) {
  const call = {
    id: leg.id,
    accountId: 'AC1',
    contactId: 'CN1',
    direction: 'inbound',
    from: '+4930111',
    to: '+4930222',
    createdAt: clock.now(),
  };
  const contact = { id: 'CN1', endsAs() {}, pressed() {} };
  return {
    call: () => call,
    leg,
    script: { flow: { flowId: 'FL1', variables: { tier: 'gold' } } },
    signingSecrets: [],
    signal: new AbortController().signal,
    nextRevision: () => 1,
    note: (entry) => timeline.add({ accountId: 'AC1', callId: leg.id, ...entry }),
    tag: async () => {},
    children: {},
    queue: { contact: async () => contact },
  };
}

/** A flow of that many nodes in a row at which nothing is heard. */
function chain(kinds) {
  const makers = { setVariable, condition, workingHours };
  const list = kinds === 'all' ? Object.values(makers) : [makers[kinds]];
  const middle = Array.from({ length: nodes }, (_, at) =>
    list[at % list.length](`n${at}`, at + 1 < nodes ? `n${at + 1}` : 'end'),
  );
  const start = { id: 'start', kind: 'start', exits: { next: middle[0].id } };
  return parseFlow({ nodes: [start, ...middle, { id: 'end', kind: 'end' }] });
}

function setVariable(id, next) {
  return {
    id,
    kind: 'setVariable',
    variables: [{ name: 'text', value: 'Caller ${SystemCallerNumber}, ${tier}' }],
    exits: { next },
  };
}

function condition(id, next) {
  const comparison = (operator, operand, type) => ({ value: '${tier}', operator, operand, type });
  const rules = [
    { all: [comparison('atLeast', '90', 'number')], next: 'end' },
    { all: [comparison('matches', 's*r', 'text'), comparison('notEquals', 'gold', 'text')], next: 'end' },
  ];
  return { id, kind: 'condition', rules, exits: { default: next } };
}

function workingHours(id, next) {
  const weekly = [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' }];
  return {
    id,
    kind: 'workingHours',
    hours: { timeZone: 'Europe/Berlin', weekly, holidays: ['2026-12-25'] },
    exits: { open: next, closed: next },
  };
}
