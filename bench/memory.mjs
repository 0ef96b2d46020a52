// How much memory does a waiting call take, what CPU does it spend, and is everything given back? Calls are answered and wait in a pause; then they are hung up through the API.
// Peers: Asterisk 145 KB a parked call, FreeSWITCH 353 KB; 0.15 % and 13 % of a core per 100.
//   --calls 200
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { calls, open, quiet, startBenchPlatform } from './lib/bench-platform.mjs';
import { cpuMs, machine, round, rssKb, sleep } from './lib/measure.mjs';

const { values } = parseArgs({ options: { calls: { type: 'string', default: '200' } } });
const total = Number(values.calls);
const bench = await startBenchPlatform({
  settings: { NODE_OPTIONS: `--require ${fileURLToPath(new URL('lib/collect-on-signal.cjs', import.meta.url))}` },
  script: [{ verb: 'answer' }, { verb: 'pause', length: 600 }],
});
try {
  const { api, platform } = bench;
  // Code and pools that the first calls bring in are not the memory of a call.
  await round1();
  const idle = await settledRss();
  const idleCpu = await cpuPerSecond();
  let up;
  let waiting;
  let upCpu;
  const outcome = await calls(platform.sip, {
    perSecond: 20,
    total,
    scenario: 'uac-stays.xml',
    onStart: async () => {
      await untilUp(total);
      up = await open(api);
      waiting = await settledRss();
      upCpu = await cpuPerSecond();
      await hangUpAll();
    },
  });
  const stillOpen = await quiet(api, 90);
  console.log(
    JSON.stringify(
      {
        bench: 'memory',
        machine: machine(),
        calls: total,
        ...outcome,
        openWhileUp: up,
        rssMb: {
          idle: round(idle / 1024),
          withCalls: round(waiting / 1024),
          after: round((await settledRss()) / 1024),
        },
        kbPerCall: round((waiting - idle) / total),
        cpuPercentPer100WaitingCalls: round(((upCpu - idleCpu) / 10 / total) * 100),
        stillOpen,
      },
      null,
      2,
    ),
  );

  async function round1() {
    await calls(platform.sip, {
      perSecond: 20,
      total,
      scenario: 'uac-stays.xml',
      onStart: async () => {
        await untilUp(total);
        await hangUpAll();
      },
    });
    await quiet(api, 90);
  }

  async function untilUp(count) {
    for (let tries = 0; tries < 60; tries++) {
      const page = await api.get('/v1/calls?status=in-progress&limit=1');
      const { legs = 0, calls: live = legs } = await open(api);
      if (page.items.length > 0 && Math.max(legs, live) >= count) return;
      await sleep(1000);
    }
  }

  async function hangUpAll() {
    for (;;) {
      const page = await api.get('/v1/calls?status=in-progress&limit=100');
      if (page.items.length === 0) return;
      await Promise.all(page.items.map(({ id }) => api.request('PATCH', `/v1/calls/${id}`, { status: 'completed' })));
    }
  }

  async function settledRss() {
    process.kill(platform.pid, 'SIGUSR2');
    await sleep(2500);
    process.kill(platform.pid, 'SIGUSR2');
    await sleep(2500);
    return rssKb(platform.pid);
  }

  /** Milliseconds of CPU a second. */
  async function cpuPerSecond() {
    const before = cpuMs(platform.pid);
    await sleep(5000);
    return (cpuMs(platform.pid) - before) / 5;
  }
} finally {
  await bench.stop();
}
