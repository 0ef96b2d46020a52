// What a `POST /v1/calls` costs: validated, authenticated, idempotent, durable. One process has the role `http`, another one the rest, so that the CPU of the request is apart from that
// of the call it makes. The target is 1 ms a request of a busy process, 1,000 a second on a core. V8 compiles what runs often, and a process that sleeps between requests finds its caches
// cold, so each result says how many requests came before and how they came:
//   busy    each of --parallel connections sends one after another, and a node that makes no call answers at once (lib/answering-node.mjs): the process never sleeps
//   calls   the same with real calls, which the callee refuses with 486: the two cores have the node, the database and the callee to carry too
//   steady  real calls, --rate requests a second
//   --loads busy,calls,steady   --requests 1000 each of --rounds 3   --warm 5000   --parallel 8   --rate 100
import { createSocket } from 'node:dgram';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { PlatformProcess } from '../tests/dist/installation/platform-process.js';
import { startAnsweringNode } from './lib/answering-node.mjs';
import { startBenchPlatform } from './lib/bench-platform.mjs';
import { cpuMs, cpuParts, machine, percentile, round, sleep } from './lib/measure.mjs';
import { openRecords } from './lib/records.mjs';

const { values } = parseArgs({
  options: {
    loads: { type: 'string', default: 'busy,calls,steady' },
    requests: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    warm: { type: 'string', default: '5000' },
    parallel: { type: 'string', default: '8' },
    rate: { type: 'string', default: '100' },
  },
});
const callee = await startBusyCallee();
const text = JSON.stringify({
  to: `sip:busy@127.0.0.1:${callee.address().port}`,
  from: '+15550100',
  script: [{ verb: 'pause', length: 1 }, { verb: 'hangup' }],
});
try {
  const loads = {};
  for (const load of values.loads.split(',')) loads[load] = await measure(load);
  console.log(JSON.stringify({ bench: 'create-call', ...loads }, null, 2));
} finally {
  callee.close();
}

async function measure(load) {
  const makesCalls = load !== 'busy';
  const bench = await startBenchPlatform({
    settings: { DEFAULT_REQUESTS_PER_SECOND: '100000', ...(makesCalls ? {} : { ROLES: 'http,workers' }) },
  });
  const agent = new Agent({ keepAlive: true });
  let http;
  let records;
  let node;
  try {
    const { api, platform } = bench;
    const { accountId, apiKey } = platform.firstAccount;
    await api.patch(`/v1/accounts/${accountId}`, {
      limits: { concurrentCalls: 10_000, callsPerSecond: 10_000, requestsPerSecond: 10_000 },
      allowedSipHosts: ['127.0.0.1'],
    });
    http = await PlatformProcess.start({ dataFolder: platform.dataFolder, settings: { ROLES: 'http' } });
    records = await openRecords(platform.dataFolder);
    if (!makesCalls) node = await startAnsweringNode(platform.dataFolder);
    await sleep(2000);
    const post = poster(http.httpUrl, apiKey, agent);
    await inTurn(post, Number(values.warm), 'warm');
    await records.unsettled();
    const requests = Number(values.requests);
    const rounds = [];
    for (let number = 1; number <= Number(values.rounds); number++) {
      const before = { http: cpuParts(http.pid), calls: cpuMs(platform.pid) };
      const startedAt = performance.now();
      const send = load === 'steady' ? atRate : inTurn;
      const { took, statuses } = await send(post, requests, `round-${number}`);
      const seconds = round((performance.now() - startedAt) / 1000);
      const after = cpuParts(http.pid);
      const spent = (part) => round((after[part] - before.http[part]) / requests);
      const unsettled = await records.unsettled();
      rounds.push({
        requests,
        seconds,
        requestsPerSecond: Math.round(requests / seconds),
        statuses,
        cpuMsPerRequest: round(spent('main') + spent('others')),
        ofWhich: { mainThread: spent('main'), otherThreads: spent('others'), kernel: spent('system') },
        ...(makesCalls && { cpuMsPerCallOfItsOwner: round((cpuMs(platform.pid) - before.calls) / requests) }),
        unsettled,
        answerP50Ms: percentile(took, 0.5),
        answerP95Ms: percentile(took, 0.95),
        machine: machine(),
      });
    }
    return {
      warmRequests: Number(values.warm),
      ...(load === 'steady' ? { rate: Number(values.rate) } : { parallel: Number(values.parallel) }),
      rounds,
    };
  } finally {
    agent.destroy();
    await node?.stop();
    await records?.close();
    await http?.stop();
    await bench.stop();
  }
}

/** Each connection sends its next request when the last one is answered. */
async function inTurn(post, total, name) {
  const outcome = { took: [], statuses: {} };
  let next = 0;
  const follow = async () => {
    while (next < total) await timed(post, `${name}-${next++}`, outcome);
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, follow));
  return outcome;
}

/** A request each few milliseconds, whether or not the ones before are answered. */
async function atRate(post, total, name) {
  const outcome = { took: [], statuses: {} };
  const everyMs = 1000 / Number(values.rate);
  const startedAt = performance.now();
  const running = [];
  for (let at = 0; at < total; at++) {
    await sleep(startedAt + at * everyMs - performance.now());
    running.push(timed(post, `${name}-${at}`, outcome));
  }
  await Promise.all(running);
  return outcome;
}

async function timed(post, idempotencyKey, { took, statuses }) {
  const startedAt = performance.now();
  const { status, body } = await post(idempotencyKey);
  took.push(performance.now() - startedAt);
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (status >= 300 && statuses[status] === 1) console.error(body);
}

function poster(url, apiKey, agent) {
  return (idempotencyKey) =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        'idempotency-key': idempotencyKey,
      };
      const sent = request(`${url}/v1/calls`, { method: 'POST', agent, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part) => {
          body += part;
        });
        response.on('end', () => resolve({ status: response.statusCode, body }));
      });
      sent.on('error', reject).end(text);
    });
}

/** Answers every INVITE with 486. */
async function startBusyCallee() {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => {
    const invite = bytes.toString('latin1');
    if (!invite.startsWith('INVITE ')) return;
    const header = (name) => invite.match(new RegExp(`^${name}:.*$`, 'gim')) ?? [];
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
