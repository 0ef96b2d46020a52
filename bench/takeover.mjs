// The process that routes is killed while callers wait: how soon does another one offer the next call, and is anybody lost or overtaken? The whole platform on Redis, real SIP and RTP; the
// callers' phones and the agent's are in this process. Each run: kill the routing process, have the agent ask for work at once, and take the time until its phone rings; the caller is served and
// hangs up, another one takes the place at the end of the line, and a new routing process starts as the next successor. At the end everybody who waits is served, in order.
// Floor: 3 s.
//   --runs 10   --waiting 50
import { parseArgs } from 'node:util';
import { PlatformProcess } from '../tests/dist/installation/platform-process.js';
import { headerOf } from '../tests/dist/peers/tone-phone/sip-text.js';
import { startBenchCentre } from './lib/bench-centre.mjs';
import { machine, percentile, round, sleep } from './lib/measure.mjs';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '10' }, waiting: { type: 'string', default: '50' } },
});
const runs = Number(values.runs);
const waiting = Number(values.waiting);

const centre = await startBenchCentre({ ROLES: 'http,calls,workers' });
const { api, platform } = centre;
const routers = [];
try {
  routers.push(await startRouter());
  const group = await centre.group();
  const agent = await centre.agent('agent', { skillGroups: [{ skillGroupId: group.id }] });
  const work = (status) => api.post(`/v1/agents/${agent.id}/status`, { status });
  await work('notReady');
  // The first one has taken the account by now.
  routers.push(await startRouter());
  const line = await centre.line(group);
  const queue = [];
  const join = async () => {
    const customer = await centre.call(line);
    const look = () => api.request('GET', `/v1/contacts/${customer.contactId}`);
    while ((await look()).body.status !== 'queued') await sleep(20);
    queue.push(customer);
  };
  for (let at = 0; at < waiting; at++) await join();

  const took = [];
  const overtaken = [];
  let rung = 0;
  /** The agent's phone rings for the first in line, who is served and hangs up. */
  const serve = async (then) => {
    const call = await agent.rings();
    const rangAt = performance.now();
    rung++;
    const contactId = headerOf(call.invitation, 'X-Contact-Id');
    const place = queue.findIndex((each) => each.contactId === contactId);
    if (place !== 0) overtaken.push({ contactId, place });
    const [customer] = queue.splice(place, 1);
    await call.answer();
    await customer.call.media.hears('agent');
    await then?.();
    await customer.call.bye();
    await call.ended;
    return rangAt;
  };

  for (let run = 0; run < runs; run++) {
    const [dying] = routers.splice(0, 1);
    const startedAt = performance.now();
    await dying.kill();
    await work('free');
    took.push((await serve(() => work('notReady'))) - startedAt);
    console.error(`run ${run + 1}: ${Math.round(took.at(-1))} ms`);
    routers.push(await startRouter());
    await join();
    // The successor of the next run is up, and has looked for what it may route.
    await sleep(1000);
  }
  const left = queue.length;
  await work('free');
  while (queue.length > 0) await serve();
  for (;;) {
    const { items } = await api.get('/v1/contacts?live=true');
    if (items.length === 0) break;
    await sleep(100);
  }
  const result = {
    bench: 'takeover',
    machine: machine(),
    waiting,
    runs,
    killToRingingMs: { p50: percentile(took, 0.5), max: round(Math.max(...took)), all: took.map(Math.round) },
    servedAtTheEnd: left,
    offers: rung,
    customers: waiting + runs,
    overtaken,
    lost: waiting + runs - rung,
  };
  console.log(JSON.stringify(result, null, 2));
} finally {
  for (const router of routers) await router.kill();
  await centre.stop();
}

function startRouter() {
  return PlatformProcess.start({ dataFolder: platform.dataFolder, settings: { ROLES: 'routing' } });
}
