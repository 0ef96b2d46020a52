// How long does the platform take from exec to ready, on a data folder that is there, and what CPU does it spend by then? Peers, to the first answer to OPTIONS: FreeSWITCH
// 1.2 s, Asterisk 0.3 s; both without an HTTP API or a database.
//   --runs 3
import { parseArgs } from 'node:util';
import { PlatformProcess } from '../tests/dist/installation/platform-process.js';
import { cpuMs, machine, round, rssKb } from './lib/measure.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' } } });
// The first process makes the data folder and keeps the data servers; each other one joins it, as a restart beside a real database does.
const first = await PlatformProcess.start();
const cold = { cpuMs: cpuMs(first.pid) };
const restarts = [];
try {
  for (let run = 0; run < Number(values.runs); run++) {
    const startedAt = performance.now();
    const platform = await PlatformProcess.start({ dataFolder: first.dataFolder });
    restarts.push({
      readySeconds: round((performance.now() - startedAt) / 1000),
      cpuMs: cpuMs(platform.pid),
      rssMb: round(rssKb(platform.pid) / 1024),
    });
    await platform.stop();
  }
} finally {
  await first.stop();
}
console.log(JSON.stringify({ bench: 'start-up', machine: machine(), first: cold, restarts }, null, 2));
