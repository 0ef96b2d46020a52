// How much memory does a waiting call take, what CPU does it spend, and is everything given back? Calls are answered and wait in a pause; then they are hung up through the API.
// Peers: Asterisk 145 KB a parked call, FreeSWITCH 353 KB; 0.15 % and 13 % of a core per 100.
// What V8 keeps for later and has not given back differs by 20 MB and more from one look to the next, so what one call takes is the difference between many waiting calls and few,
// in one process; against none, the result also has what that slack makes of it (the lower of before and after counts).
//   --calls 200   waiting at first   --more 400   waiting besides
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { calls, open, quiet, startBenchPlatform } from './lib/bench-platform.mjs';
import { cpuMs, machine, round, rssKb, sleep } from './lib/measure.mjs';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '200' }, more: { type: 'string', default: '400' } },
});
const few = Number(values.calls);
const more = Number(values.more);
const total = few + more;
const bench = await startBenchPlatform({
  settings: { NODE_OPTIONS: `--require ${fileURLToPath(new URL('lib/collect-on-signal.cjs', import.meta.url))}` },
  script: [{ verb: 'answer' }, { verb: 'pause', length: 600 }],
});
try {
  const { api, platform } = bench;
  // Code and pools that the first calls bring in are not the memory of a call.
  await waiting(total, () => hangUpAll());
  await quiet(api, 90);
  const idle = await settledRss();
  const idleCpu = await cpuPerSecond();
  let up;
  let withFew;
  let withAll;
  let upCpu;
  let later;
  const outcome = await waiting(few, async () => {
    withFew = await settledRss();
    later = await waiting(more, async () => {
      up = await open(api);
      withAll = await settledRss();
      upCpu = await cpuPerSecond();
      await hangUpAll();
    });
  });
  const stillOpen = await quiet(api, 90);
  const after = await settledRss();
  console.log(
    JSON.stringify(
      {
        bench: 'memory',
        machine: machine(),
        calls: total,
        successful: outcome.successful + later.successful,
        failed: outcome.failed + later.failed,
        openWhileUp: up,
        rssMb: { idle: mb(idle), withFew: mb(withFew), withAll: mb(withAll), after: mb(after) },
        kbPerCall: round((withAll - withFew) / more),
        kbPerCallOverNone: round((withAll - Math.min(idle, after)) / total),
        cpuPercentPer100WaitingCalls: round(((upCpu - idleCpu) / 10 / total) * 100),
        stillOpen,
      },
      null,
      2,
    ),
  );

  /** Makes so many calls besides those that are up, and resolves when they are over. `whileUp` runs when all are up. */
  async function waiting(count, whileUp) {
    const before = (await open(api)).calls ?? 0;
    return calls(platform.sip, {
      perSecond: 25,
      total: count,
      scenario: 'uac-stays.xml',
      onStart: async () => {
        await untilUp(before + count);
        await whileUp();
      },
    });
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

  /** Resident memory once garbage is gone: collected until a collection gives nothing back any more. */
  async function settledRss() {
    for (let last = Infinity, tries = 0; ; tries++) {
      process.kill(platform.pid, 'SIGUSR2');
      await sleep(2500);
      const now = rssKb(platform.pid);
      if (tries >= 2 && (now > last - 500 || tries >= 8)) return now;
      last = now;
    }
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

function mb(kb) {
  return round(kb / 1024);
}
