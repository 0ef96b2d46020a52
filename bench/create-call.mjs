// What a `POST /v1/calls` costs: validated, authenticated, idempotent, durable. One process has the role `http`, another one the calls, so that the CPU of the request is apart from
// that of the call it makes, which the callee refuses with 486. Both are given, the second until the call's events are moved on. The target is 1 ms a request.
// V8 compiles what runs often: each round of requests is given by itself, so that one sees where the fall ends.
//   --requests 1000   each of --rounds 3   --warm 1000   --parallel 8
import { createSocket } from 'node:dgram';
import { parseArgs } from 'node:util';
import { PlatformProcess } from '../tests/dist/installation/platform-process.js';
import { startBenchPlatform } from './lib/bench-platform.mjs';
import { cpuMs, cpuParts, machine, percentile, round, sleep } from './lib/measure.mjs';
import { openRecords } from './lib/records.mjs';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    warm: { type: 'string', default: '1000' },
    parallel: { type: 'string', default: '8' },
  },
});
const callee = await startBusyCallee();
const bench = await startBenchPlatform({ settings: { DEFAULT_REQUESTS_PER_SECOND: '100000' } });
let http;
let records;
try {
  const { api, platform } = bench;
  const account = platform.firstAccount.accountId;
  await api.patch(`/v1/accounts/${account}`, {
    limits: { concurrentCalls: 10_000, callsPerSecond: 10_000, requestsPerSecond: 10_000 },
    allowedSipHosts: ['127.0.0.1'],
  });
  http = await PlatformProcess.start({ dataFolder: platform.dataFolder, settings: { ROLES: 'http' } });
  records = await openRecords(platform.dataFolder);
  await sleep(2000);
  await create(http.httpUrl, platform.firstAccount.apiKey, Number(values.warm), 'warm');
  await records.unsettled();
  const requests = Number(values.requests);
  const rounds = [];
  for (let number = 1; number <= Number(values.rounds); number++) {
    const before = { http: cpuParts(http.pid), calls: cpuMs(platform.pid) };
    const startedAt = performance.now();
    const outcome = await create(http.httpUrl, platform.firstAccount.apiKey, requests, `round-${number}`);
    const seconds = round((performance.now() - startedAt) / 1000);
    const after = cpuParts(http.pid);
    const spent = (part) => round((after[part] - before.http[part]) / requests);
    const unsettled = await records.unsettled();
    rounds.push({
      requests,
      seconds,
      statuses: outcome.statuses,
      cpuMsPerRequest: round(spent('main') + spent('others')),
      ofWhich: { mainThread: spent('main'), otherThreads: spent('others'), kernel: spent('system') },
      cpuMsPerCallOfItsOwner: round((cpuMs(platform.pid) - before.calls) / requests),
      unsettled,
      answerP50Ms: percentile(outcome.took, 0.5),
      answerP95Ms: percentile(outcome.took, 0.95),
      machine: machine(),
    });
  }
  console.log(JSON.stringify({ bench: 'create-call', warmRequests: Number(values.warm), rounds }, null, 2));
} finally {
  await records?.close();
  await http?.stop();
  await bench.stop();
  callee.close();
}

async function create(url, key, total, name) {
  const took = [];
  const statuses = {};
  let next = 0;
  const one = async () => {
    while (next < total) {
      const at = ++next;
      const startedAt = performance.now();
      const response = await fetch(`${url}/v1/calls`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': `${name}-${at}`,
        },
        body: JSON.stringify({
          to: `sip:busy@127.0.0.1:${callee.address().port}`,
          from: '+15550100',
          script: [{ verb: 'pause', length: 1 }, { verb: 'hangup' }],
        }),
      });
      const body = await response.text();
      took.push(performance.now() - startedAt);
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      if (response.status >= 300 && statuses[response.status] === 1) console.error(body);
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, one));
  return { took, statuses };
}

/** Answers every INVITE with 486. */
async function startBusyCallee() {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => {
    const text = bytes.toString('latin1');
    if (!text.startsWith('INVITE ')) return;
    const header = (name) => text.match(new RegExp(`^${name}:.*$`, 'gim')) ?? [];
    const lines = [
      ...header('Via'),
      ...header('From'),
      `${header('To')[0]};tag=busy`,
      ...header('Call-ID'),
      ...header('CSeq'),
    ];
    socket.send(`SIP/2.0 486 Busy Here\r\n${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`, from.port, from.address);
  });
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}
