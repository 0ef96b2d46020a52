// The platform as a process of its own, with an account that may do much, a number, a trunk and a backend.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlatformProcess } from '../../tests/dist/installation/platform-process.js';
import { freeUdpPorts } from '../../tests/dist/peers/free-udp-ports.js';
import { sleep } from './measure.mjs';

/** The number that calls of `calls` go to. */
export const number = '+15550100';

/** Starts everything. `script` is what the backend answers; without `backendUrl` a backend of its own process is started. */
export async function startBenchPlatform({ settings = {}, script, backendUrl } = {}) {
  const backend = backendUrl === undefined ? await startBackend(script) : undefined;
  const url = backendUrl ?? backend.url;
  const platform = await PlatformProcess.start({
    settings: {
      MAX_CALLS_PER_SECOND: '10000',
      SIP_T1_MS: '500',
      CONTACT_CENTRE_CACHE_MS: '1000',
      DEFAULT_CALLS_PER_SECOND: '10000',
      ...settings,
    },
  });
  // One that is told to end takes what it started with it. A terminal's Ctrl-C reaches the platform by itself, and a second signal would end it at once.
  process.once('SIGTERM', () => {
    backend?.child.kill('SIGTERM');
    void platform.stop().finally(() => process.exit(1));
  });
  const { api } = platform;
  await api.patch(`/v1/accounts/${platform.firstAccount.accountId}`, {
    limits: { concurrentCalls: 10_000, callsPerSecond: 10_000 },
  });
  const application = await api.post('/v1/applications', { name: 'bench', scriptUrl: `${url}/script` });
  await api.post('/v1/numbers', { number, applicationId: application.id });
  await api.post('/v1/trunks', { name: 'sipp', inbound: { addresses: ['127.0.0.1'] } });
  return {
    platform,
    api,
    backend,
    backendUrl: url,
    async stop() {
      await platform.stop().catch((error) => {
        console.error(error.message);
        return platform.kill();
      });
      backend?.child.kill('SIGTERM');
    },
  };
}

async function startBackend(script) {
  const program = fileURLToPath(new URL('backend.mjs', import.meta.url));
  const words = script === undefined ? [program] : [program, JSON.stringify(script)];
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text).trim())));
  return { child, url };
}

/** sipp makes `total` calls, `perSecond` of them a second. Resolves to how they went; a call that got no answer within 8 s has failed. */
export async function calls(sip, { perSecond, total, scenario = 'uac-await-bye.xml', limit = 5000, onStart }) {
  const port = await freeUdpPorts(1);
  const folder = mkdtempSync(join(tmpdir(), 'hookswitch-bench-'));
  const statistics = join(folder, 'statistics.csv');
  const file = fileURLToPath(new URL(scenario, import.meta.url));
  const words =
    `${sip.host}:${sip.port} -sf ${file} -s ${number} -i 127.0.0.1 -p ${port} -r ${perSecond} -m ${total} ` +
    `-l ${limit} -timeout 180 -recv_timeout 8000 -trace_stat -stf ${statistics} -fd 3600 -nostdin`;
  const startedAt = performance.now();
  const child = spawn('sipp', words.split(' '), { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  await onStart?.(child);
  await ended;
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
    seconds: Math.round(performance.now() - startedAt) / 1000,
  };
}

/** What is open in the engine and on its way to webhooks. */
export async function open(api) {
  const metrics = await (await fetch(`${api.baseUrl}/metrics`)).text();
  const found = metrics.matchAll(
    /^hookswitch_(engine_open)\{kind="([^"]*)"\} (\d+)|^hookswitch_(webhook_lanes)\{state="(running)"\} (\d+)/gm,
  );
  return Object.fromEntries(
    [...found].map(([, , kind, count, , running, runs]) => [kind ?? running, Number(count ?? runs)]),
  );
}

/** Waits, at most `seconds`, until nothing is open: the CPU for it belongs to the calls. Answers what is open still. */
export async function quiet(api, seconds = 60) {
  for (let round = 0; ; round++) {
    const counts = await open(api);
    const still = Object.entries(counts).filter(([, count]) => count > 0);
    if (still.length === 0 || round >= seconds) return Object.fromEntries(still);
    await sleep(1000);
  }
}

/** How many CDRs the account has. */
export async function countCdrs(api) {
  let count = 0;
  let cursor = '';
  do {
    const page = await api.get(`/v1/cdrs?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    count += page.items.length;
    cursor = page.nextCursor ?? '';
  } while (cursor);
  return count;
}
