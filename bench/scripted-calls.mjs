// How much CPU does a scripted inbound call cost, all in: SIP, the signed script request, the records, events and the CDR, durable?
// sipp calls a number, the backend answers [answer, hangup], webhooks go to a sink. The platform is one process with all roles; the database servers,
// sipp and the backend are processes of their own and are not counted. Peers' figures for answer-and-park without webhooks, events and CDRs: Asterisk 2.0 ms,
// FreeSWITCH 4.3 to 4.9 ms.
//   --rate 100    calls a second   --seconds 10   how long   --webhook   deliver every event to an endpoint too
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PlatformProcess } from '../tests/dist/installation/platform-process.js';
import { freeUdpPorts } from '../tests/dist/peers/free-udp-ports.js';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
    webhook: { type: 'boolean', default: false },
  },
});
const rate = Number(values.rate);
const calls = rate * Number(values.seconds);
const ticksPerSecond = 100;

const backend = spawn(process.execPath, [fileURLToPath(new URL('lib/backend.mjs', import.meta.url))], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const backendUrl = await new Promise((resolve) => backend.stdout.once('data', (text) => resolve(String(text).trim())));

const platform = await PlatformProcess.start({
  settings: { LOG_LEVEL: 'info', MAX_CALLS_PER_SECOND: '10000', SIP_T1_MS: '500', DEFAULT_CALLS_PER_SECOND: '10000' },
});
let sipp;
try {
  const { api } = platform;
  const account = platform.firstAccount.accountId;
  await api.patch(`/v1/accounts/${account}`, { limits: { concurrentCalls: 10_000, callsPerSecond: 10_000 } });
  const application = await api.post('/v1/applications', { name: 'bench', scriptUrl: `${backendUrl}/script` });
  await api.post('/v1/numbers', { number: '+15550100', applicationId: application.id });
  await api.post('/v1/trunks', { name: 'sipp', inbound: { addresses: ['127.0.0.1'] } });
  if (values.webhook) await api.post('/v1/webhook-endpoints', { url: `${backendUrl}/events` });

  await load(50, 250);
  await idle(api);
  const before = cpuMs(platform.pid);
  const startedAt = process.hrtime.bigint();
  const outcome = await load(rate, calls);
  const loadSeconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  await idle(api);
  const cpu = cpuMs(platform.pid) - before;
  const cdrs = await countCdrs(api);
  console.log(
    JSON.stringify(
      {
        bench: 'scripted-calls',
        machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
        rate,
        calls,
        webhooks: values.webhook,
        ...outcome,
        failedPercent: (100 * outcome.failed) / calls,
        loadSeconds,
        cdrs: cdrs - 250,
        cpuMsPerCall: cpu / calls,
        rssMb: rssMb(platform.pid),
      },
      null,
      2,
    ),
  );
} finally {
  sipp?.kill('SIGKILL');
  await platform.stop();
  backend.kill('SIGTERM');
}

/** Makes calls with sipp's own caller, which waits to be hung up on. Resolves to how they went. */
async function load(perSecond, total) {
  const port = await freeUdpPorts(1);
  const folder = mkdtempSync(join(tmpdir(), 'hookswitch-bench-'));
  const statistics = join(folder, 'statistics.csv');
  const scenario = fileURLToPath(new URL('lib/uac-await-bye.xml', import.meta.url));
  const words =
    `${platform.sip.host}:${platform.sip.port} -sf ${scenario} -s +15550100 -i 127.0.0.1 -p ${port} -r ${perSecond} -m ${total} ` +
    `-l 5000 -timeout 120 -recv_timeout 8000 -trace_stat -stf ${statistics} -fd 3600 -nostdin`;
  sipp = spawn('sipp', words.split(' '), { stdio: 'ignore' });
  await new Promise((resolve) => sipp.once('close', resolve));
  const [names, ...rows] = readFileSync(statistics, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(';'));
  rmSync(folder, { recursive: true });
  const last = (name) => Number(rows.at(-1)[names.indexOf(name)]);
  return {
    successful: last('SuccessfulCall(C)'),
    failed: last('FailedCall(C)'),
    retransmissions: last('Retransmissions(C)'),
  };
}

/** Waits until every event was relayed and delivered: the CPU for it belongs to the calls. */
async function idle(api) {
  for (let quiet = 0; quiet < 3; ) {
    const metrics = await (await fetch(`${api.baseUrl}/metrics`)).text();
    const open = [...metrics.matchAll(/^hookswitch_(?:engine_open|webhook_lanes)\{[^}]*\} (\d+)/gm)].some(
      ([, n]) => Number(n) > 0,
    );
    quiet = open ? 0 : quiet + 1;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function countCdrs(api) {
  let count = 0;
  let cursor = '';
  do {
    const page = await api.get(`/v1/cdrs?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    count += page.items.length;
    cursor = page.nextCursor ?? '';
  } while (cursor);
  return count;
}

function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

function rssMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}
