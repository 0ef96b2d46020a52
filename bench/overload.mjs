// Does the platform shed what it cannot carry, and leave calls that are up alone? Some calls are up; then many more come than the cap allows. Every one beyond it must get
// 503 with Retry-After (sipp counts a refusal without one, and a call without any answer, as failed), and the first ones must still be up. Past their limits both peers collapse.
//   --up 20   --cap 60   --rate 200   --seconds 5
import { parseArgs } from 'node:util';
import { calls, quiet, startBenchPlatform } from './lib/bench-platform.mjs';
import { cpuMs, machine, round, sleep } from './lib/measure.mjs';

const { values } = parseArgs({
  options: {
    up: { type: 'string', default: '20' },
    cap: { type: 'string', default: '60' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '5' },
  },
});
const up = Number(values.up);
const total = Number(values.rate) * Number(values.seconds);
const bench = await startBenchPlatform({
  settings: { MAX_CALLS: values.cap },
  script: [{ verb: 'answer' }, { verb: 'pause', length: 600 }],
});
const { api, platform } = bench;
try {
  let flood;
  const kept = { before: [], after: 0 };
  const first = await calls(platform.sip, {
    perSecond: 10,
    total: up,
    scenario: 'uac-stays.xml',
    onStart: async () => {
      while ((await live()).length < up) await sleep(500);
      kept.before = await live();
      const before = cpuMs(platform.pid);
      let accepted = 0;
      const outcome = await calls(platform.sip, {
        perSecond: Number(values.rate),
        total,
        scenario: 'uac-stays.xml',
        onStart: async () => {
          await sleep(Number(values.seconds) * 1000 + 4000);
          const now = await live();
          accepted = now.length - up;
          flood = { cpuMs: cpuMs(platform.pid) - before };
          const still = new Set(now);
          kept.after = kept.before.filter((id) => still.has(id)).length;
          await Promise.all(now.map((id) => api.request('PATCH', `/v1/calls/${id}`, { status: 'completed' })));
        },
      });
      flood = { ...flood, ...outcome, accepted, refused: outcome.successful - accepted };
    },
  });
  const stillOpen = await quiet(api, 60);
  console.log(
    JSON.stringify(
      {
        bench: 'overload',
        machine: machine(),
        cap: Number(values.cap),
        perSecond: Number(values.rate),
        callsUpBefore: kept.before.length,
        ofThoseStillUpAfter: kept.after,
        failedOfThose: first.failed,
        flood: { calls: total, ...flood, cpuMsPerCall: round(flood.cpuMs / total) },
        stillOpen,
      },
      null,
      2,
    ),
  );
} finally {
  await bench.stop();
}

async function live() {
  const page = await api.get('/v1/calls?status=in-progress&limit=100');
  return page.items.map(({ id }) => id);
}
