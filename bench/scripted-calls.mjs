// How much CPU does a scripted inbound call cost, all in: SIP, the signed script request, the records, events and the CDR, durable?
// sipp calls a number, the backend answers [answer, hangup]. The platform is one process with all roles; the database servers, sipp and the
// backend are processes of their own and are not counted. CPU is counted from the first call until every call is over and no event waits on one (with
// --webhook: until every event is delivered too). What the platform spends on nothing is in it and said apart (`idle`).
// `backendCpuMsPerCall` is the peer in the same run: a bare node:http server that answers one script request a call, the same work at every rate. What it costs more at
// one rate than at another is the machine's (a process that sleeps between calls wakes with cold caches).
// Peers' figures for answer-and-park without script requests, events and CDRs: Asterisk 2.0 ms, FreeSWITCH 4.3 to 4.9 ms.
//   --rates 50,100,200,300   calls a second, one after another   --seconds 10   how long each   --warm 1500   calls before, --warm-rate 50 a second
//   --webhook   deliver every event to an endpoint too
//   --relay     every call's media goes through an rtpengine, whose CPU is told apart
import { parseArgs } from 'node:util';
import { calls, quiet, startBenchPlatform } from './lib/bench-platform.mjs';
import { cpuMs, cpuParts, machine, percentile, round, rssKb, sleep } from './lib/measure.mjs';
import { openRecords } from './lib/records.mjs';
import { startRtpengine } from './lib/rtpengine.mjs';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '50,100,200,300' },
    seconds: { type: 'string', default: '10' },
    warm: { type: 'string', default: '1500' },
    'warm-rate': { type: 'string', default: '50' },
    webhook: { type: 'boolean', default: false },
    relay: { type: 'boolean', default: false },
  },
});
const idleSeconds = 5;
const rtpengine = values.relay ? await startRtpengine() : undefined;
if (values.relay && !rtpengine) throw new Error('rtpengine is not installed');
const bench = await startBenchPlatform({
  settings: rtpengine ? { RTPENGINES: rtpengine.address, MEDIA_RELAY: 'always' } : {},
});
let records;
try {
  const { api, platform, backendUrl } = bench;
  records = await openRecords(platform.dataFolder);
  if (values.webhook) await api.post('/v1/webhook-endpoints', { url: `${backendUrl}/events` });
  const delays = async () => (await fetch(`${backendUrl}/delays`)).json();
  const settled = async () => {
    const unsettled = await records.unsettled();
    // Asking costs the platform a little, so it is asked only where there is more to wait for.
    if (values.webhook) await quiet(api);
    return unsettled;
  };
  await calls(platform.sip, { perSecond: Number(values['warm-rate']), total: Number(values.warm) });
  await settled();
  await delays();
  let known = await records.cdrs();
  const idleBefore = cpuMs(platform.pid);
  await sleep(idleSeconds * 1000);
  const idleMsPerSecond = round((cpuMs(platform.pid) - idleBefore) / idleSeconds);
  const runs = [];
  for (const perSecond of values.rates.split(',').map(Number)) {
    const total = perSecond * Number(values.seconds);
    const startedAt = performance.now();
    const before = cpuParts(platform.pid);
    const relayBefore = rtpengine ? cpuMs(rtpengine.pid) : 0;
    const backendBefore = cpuMs(bench.backend.child.pid);
    const outcome = await calls(platform.sip, { perSecond, total });
    const unsettled = await settled();
    const after = cpuParts(platform.pid);
    const settledSeconds = (performance.now() - startedAt) / 1000;
    const spent = (part) => round((after[part] - before[part]) / total);
    const stillOpen = await quiet(api);
    const cdrs = await records.cdrs();
    const late = await delays();
    runs.push({
      perSecond,
      calls: total,
      ...outcome,
      failedPercent: round((100 * outcome.failed) / total),
      settledSeconds: round(settledSeconds),
      unsettled,
      cdrs: cdrs - known,
      cpuMsPerCall: round(spent('main') + spent('others')),
      ...(rtpengine ? { relayCpuMsPerCall: round((cpuMs(rtpengine.pid) - relayBefore) / total) } : {}),
      ofWhich: {
        mainThread: spent('main'),
        otherThreads: spent('others'),
        kernel: spent('system'),
        idle: round((idleMsPerSecond * settledSeconds) / total),
      },
      backendCpuMsPerCall: round((cpuMs(bench.backend.child.pid) - backendBefore) / total),
      ...(values.webhook
        ? {
            deliveries: late.length,
            firstAttemptP50Ms: percentile(late, 0.5),
            firstAttemptP99Ms: percentile(late, 0.99),
          }
        : {}),
      stillOpen,
      machine: machine(),
    });
    known = cdrs;
  }
  const result = {
    bench: 'scripted-calls',
    webhooks: values.webhook,
    warmCalls: Number(values.warm),
    idleMsPerSecond,
    runs,
    rssMb: round(rssKb(platform.pid) / 1024),
  };
  console.log(JSON.stringify(result, null, 2));
} finally {
  await records?.close();
  await bench.stop();
  rtpengine?.stop();
}
