// What does the edge (Kamailio as deploy/kamailio starts it) add to a call? sipp makes scripted calls to the node and, in turn, through the edge to the same node, at the same rate. CPU of
// Kamailio's processes and of the platform apart.
//   --rate 100   calls a second   --seconds 8   how long each   --turns 2   --warm 600   calls before
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { KamailioEdge } from '../tests/dist/peers/kamailio-edge.js';
import { calls, startBenchPlatform } from './lib/bench-platform.mjs';
import { cpuMs, machine, round, sleep } from './lib/measure.mjs';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '8' },
    turns: { type: 'string', default: '2' },
    warm: { type: 'string', default: '600' },
  },
});
const perSecond = Number(values.rate);
const total = perSecond * Number(values.seconds);
/** What a call leaves to do is written within; what SIP transactions wait out (32 s) costs next to nothing. */
const settleMs = 2_000;
const edge = await KamailioEdge.start();
const bench = await startBenchPlatform({
  settings: { SIP_EDGES: `udp:127.0.0.1:${edge.innerPort}`, EDGE_KAMAILIO_RPC: edge.rpcUrl },
});
try {
  const { platform } = bench;
  const ways = { 'node alone': platform.sip, 'through the edge': { host: '127.0.0.1', port: edge.port } };
  await served();
  for (const sip of Object.values(ways)) await calls(sip, { perSecond: 60, total: Number(values.warm) / 2 });
  await sleep(settleMs);
  const runs = [];
  for (let turn = 0; turn < Number(values.turns); turn++) {
    for (const [way, sip] of Object.entries(ways)) {
      const before = { platform: cpuMs(platform.pid), edge: edgeCpuMs() };
      const outcome = await calls(sip, { perSecond, total });
      await sleep(settleMs);
      runs.push({
        way,
        perSecond,
        calls: total,
        ...outcome,
        platformCpuMsPerCall: round((cpuMs(platform.pid) - before.platform) / total),
        edgeCpuMsPerCall: round((edgeCpuMs() - before.edge) / total),
      });
    }
  }
  console.log(JSON.stringify({ bench: 'edge', machine: machine(), runs }, null, 2));
} finally {
  await bench.stop();
  await edge.stop();
}

/** Resolves once the platform has told the edge about itself. */
async function served() {
  for (let tries = 0; tries < 100; tries++) {
    const revision = await edge.command('htable.get', ['edge', 'revision']).catch(() => undefined);
    if (revision) return;
    await sleep(100);
  }
  throw new Error('the edge was told nothing for 10 s');
}

function edgeCpuMs() {
  const children = execFileSync('pgrep', ['-P', String(edge.pid)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return [edge.pid, ...children.map(Number)].reduce((sum, pid) => sum + cpuMs(pid), 0);
}
