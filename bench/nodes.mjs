// Does a call cost the same on one, two and three media nodes? One process with API, workers and routing, three with the role `calls`, all on one Redis and one MongoDB. Each node that
// takes part gets the same rate, so that linear means: the same CPU a call. Counted are the nodes that take part, and the process of the workers; first 1, 2, 3 nodes,
// then 3, 2, 1.
//   --rate 40   calls a second and node   --seconds 8   each   --warm 1200   calls of each node before, --warm-rate 60 a second
import { parseArgs } from 'node:util';
import { PlatformProcess } from '../tests/dist/installation/platform-process.js';
import { calls, startBenchPlatform } from './lib/bench-platform.mjs';
import { cpuMs, machine, round, sleep } from './lib/measure.mjs';
import { openRecords } from './lib/records.mjs';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '40' },
    seconds: { type: 'string', default: '8' },
    warm: { type: 'string', default: '1200' },
    'warm-rate': { type: 'string', default: '60' },
  },
});
const settings = { MAX_CALLS_PER_SECOND: '10000', SIP_T1_MS: '500' };
const bench = await startBenchPlatform({ settings: { ROLES: 'http,workers,routing', PROBES_PORT: '0' } });
const { dataFolder, pid: workers } = bench.platform;
const nodes = [];
let records;
try {
  for (const nodeId of ['media-1', 'media-2', 'media-3']) {
    nodes.push(await PlatformProcess.start({ settings: { ...settings, ROLES: 'calls', NODE_ID: nodeId }, dataFolder }));
  }
  records = await openRecords(dataFolder);
  const on = (taking, load) => Promise.all(taking.map(({ sip }) => calls(sip, load)));
  await on(nodes, { perSecond: Number(values['warm-rate']), total: Number(values.warm) });
  await records.unsettled();
  const perSecond = Number(values.rate);
  const total = perSecond * Number(values.seconds);
  const runs = [];
  for (const count of [1, 2, 3, 3, 2, 1]) {
    const taking = nodes.slice(0, count);
    await sleep(1000);
    const cdrsBefore = await records.cdrs();
    const before = { nodes: taking.map(({ pid }) => cpuMs(pid)), workers: cpuMs(workers) };
    const outcomes = await on(taking, { perSecond, total });
    const unsettled = await records.unsettled();
    const spent = taking.map(({ pid }, at) => cpuMs(pid) - before.nodes[at]);
    const all = count * total;
    runs.push({
      nodes: count,
      perSecondAndNode: perSecond,
      calls: all,
      failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
      unsettled,
      cdrs: (await records.cdrs()) - cdrsBefore,
      nodesCpuMsPerCall: round(spent.reduce((sum, each) => sum + each, 0) / all),
      workersCpuMsPerCall: round((cpuMs(workers) - before.workers) / all),
      machine: machine(),
    });
  }
  const mean = (count) => {
    const those = runs.filter((run) => run.nodes === count);
    return those.reduce((sum, run) => sum + run.nodesCpuMsPerCall, 0) / those.length;
  };
  const besideOne = Object.fromEntries([1, 2, 3].map((count) => [count, round(mean(count) / mean(1))]));
  console.log(JSON.stringify({ bench: 'nodes', warmCalls: Number(values.warm), runs, besideOne }, null, 2));
} finally {
  await records?.close();
  for (const node of nodes) await node.stop();
  await bench.stop();
}
