// How much CPU does a scripted inbound call cost, all in: SIP, the signed script request, the records, events and the CDR, durable?
// sipp calls a number, the backend answers [answer, hangup]. The platform is one process with all roles; the database servers, sipp and the
// backend are processes of their own and are not counted. Peers' figures for answer-and-park without script requests, events and CDRs: Asterisk 2.0 ms,
// FreeSWITCH 4.3 to 4.9 ms.
//   --rates 50,100,200,300   calls a second, one after another   --seconds 10   how long each   --warm 1500   calls before   --webhook   deliver every event to an endpoint too
import { parseArgs } from 'node:util';
import { calls, countCdrs, quiet, startBenchPlatform } from './lib/bench-platform.mjs';
import { cpuMs, machine, percentile, round, rssKb, sleep } from './lib/measure.mjs';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '50,100,200,300' },
    seconds: { type: 'string', default: '10' },
    warm: { type: 'string', default: '1500' },
    webhook: { type: 'boolean', default: false },
  },
});
const bench = await startBenchPlatform();
try {
  const { api, platform, backendUrl } = bench;
  if (values.webhook) await api.post('/v1/webhook-endpoints', { url: `${backendUrl}/events` });
  let known = 0;
  const delays = async () => (await fetch(`${backendUrl}/delays`)).json();
  await calls(platform.sip, { perSecond: 50, total: Number(values.warm) });
  await quiet(api);
  await delays();
  known = await countCdrs(api);
  const idleBefore = cpuMs(platform.pid);
  await sleep(5000);
  const idleMsPerSecond = (cpuMs(platform.pid) - idleBefore) / 5;
  const runs = [];
  for (const perSecond of values.rates.split(',').map(Number)) {
    const total = perSecond * Number(values.seconds);
    const before = cpuMs(platform.pid);
    const outcome = await calls(platform.sip, { perSecond, total });
    await sleep(1000);
    const spent = cpuMs(platform.pid) - before;
    const stillOpen = await quiet(api);
    const cdrs = await countCdrs(api);
    const late = await delays();
    runs.push({
      perSecond,
      calls: total,
      ...outcome,
      failedPercent: round((100 * outcome.failed) / total),
      cdrs: cdrs - known,
      cpuMsPerCall: round(spent / total),
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
  await bench.stop();
}
