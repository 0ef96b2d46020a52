// A node whose sound is in a process of its own is killed while calls are up, and started again: how long from the start of the new process until the API changes one of its calls, how much
// CPU until then, and how many calls it goes on with? The API and the workers are other processes and stay up. The calls are placed by API, to phones of this process. Goal: 2 s.
// Then, with and without keeping them: what does a call cost that is answered, runs ten verbs and ends?
//   --calls 10   --runs 3   --cost 0 (calls of the second part)
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PlatformProcess } from '../tests/dist/installation/platform-process.js';
import { TonePhone } from '../tests/dist/peers/tone-phone/tone-phone.js';
import { cpuMs, machine, percentile, round, sleep } from './lib/measure.mjs';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '10' },
    // More in a row look like calls of which processes die, and are given up (docs/decisions/0024).
    runs: { type: 'string', default: '3' },
    cost: { type: 'string', default: '0' },
  },
});
const calls = Number(values.calls);
const runs = Number(values.runs);
const cost = Number(values.cost);

const { REDIS_URL, MONGODB_URI } = process.env;
const shared = {
  SIP_SESSION_EXPIRES_SECONDS: '0',
  ...(REDIS_URL && { REDIS_URL }),
  ...(MONGODB_URI && { MONGODB_URI }),
};
const front = await PlatformProcess.start({ settings: { ...shared, ROLES: 'http,workers,routing' } });
const { dataFolder, api } = front;
const MEDIA_PLANE_SOCKET = join(dataFolder, 'bench.sock');
const start = (settings) => PlatformProcess.start({ dataFolder, settings: { ...shared, ...settings } });
const sound = await start({ ROLES: 'media', MEDIA_PLANE_SOCKET });
const nodeSettings = {
  ROLES: 'calls',
  NODE_ID: 'bench',
  MEDIA_PLANE_SOCKET,
  MAX_CALLS: '1000',
  MAX_CALLS_PER_SECOND: '1000',
};
let node = await start(nodeSettings);
const port = node.sip.port;
const phone = await TonePhone.open({ user: 'carrier', server: { host: '127.0.0.1', port } });
const pauses = (count, seconds) => Array.from({ length: count }, () => ({ verb: 'pause', length: seconds }));

async function answered(seen) {
  const call = await phone.incoming.until('the next call', () => phone.incoming.all[seen]);
  await call.answer();
  return call;
}

async function place(seen, script) {
  const { id } = await api.post('/v1/calls', { to: '+4420100001', from: '+15550000001', script });
  return { id, call: await answered(seen) };
}

/** Milliseconds until the API changes that call. */
async function untilChanged(callId, since) {
  for (;;) {
    const { status } = await api.request('PATCH', `/v1/calls/${callId}`, { tags: { at: String(Date.now()) } });
    if (status === 200) return performance.now() - since;
    await sleep(10);
  }
}

const cpuOf = (...processes) => processes.reduce((sum, { pid }) => sum + cpuMs(pid), 0);

/** CPU of node and sound for a call of ten verbs, milliseconds. */
async function costOfCalls(count) {
  const before = cpuOf(node, sound);
  let seen = phone.incoming.all.length;
  for (let at = 0; at < count; at++) {
    const { call } = await place(seen++, pauses(10, 0.1));
    void call.ended.catch(() => {});
  }
  for (const call of phone.incoming.all.slice(-count)) await call.ended;
  return round((cpuOf(node, sound) - before) / count);
}

try {
  await api.patch(`/v1/accounts/${front.firstAccount.accountId}`, {
    allowedDestinations: ['+44'],
    limits: { concurrentCalls: 1000, callsPerSecond: 1000, requestsPerSecond: 10_000 },
  });
  await api.post('/v1/numbers', { number: '+15550000001' });
  const proxies = [`sip:127.0.0.1:${phone.address.port}`];
  await api.post('/v1/trunks', { name: 'Carrier', outbound: { proxies, prefixes: ['+44'] } });
  const away = [];
  if (runs > 0) {
    const ids = [];
    for (let at = 0; at < calls; at++) ids.push((await place(at, pauses(1, 3600))).id);
    await sleep(1000);
    for (let run = 0; run < runs; run++) {
      await node.kill();
      const startedAt = performance.now();
      const starting = start({ ...nodeSettings, SIP_LISTEN: `udp:127.0.0.1:${port}` });
      const ms = await untilChanged(ids.at(-1), startedAt);
      node = await starting;
      const live = (await api.get('/v1/nodes')).items.find(({ id }) => id === 'bench');
      away.push({ seconds: round(ms / 1000), cpuMs: cpuMs(node.pid), calls: live.calls });
    }
    await Promise.all(ids.map((id) => api.patch(`/v1/calls/${id}`, { status: 'completed' })));
  }
  const costs = {};
  for (const survive of cost > 0 ? ['yes', 'no', 'yes', 'no'] : []) {
    await node.stop();
    node = await start({ ...nodeSettings, SIP_LISTEN: `udp:127.0.0.1:${port}`, CALLS_SURVIVE_RESTART: survive });
    await costOfCalls(20);
    costs[survive] = [...(costs[survive] ?? []), await costOfCalls(cost)];
  }
  const seconds = away.map((one) => one.seconds).sort((a, b) => a - b);
  const median = seconds.length > 0 ? percentile(seconds, 0.5) : undefined;
  console.log(
    JSON.stringify({ bench: 'outlived', machine: machine(), calls, medianSeconds: median, away, costs }, null, 2),
  );
} finally {
  phone.close();
  await node.stop();
  await sound.stop();
  await front.stop();
}
