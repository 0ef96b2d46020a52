// Callers in menus: CPU of the whole platform while so many hear a menu's prompt of some five seconds, wait a second for a key, and hear it again.
// Peers spend 20 to 30 % of a core per 100 callers on playing alone.
//   --callers 100,400   --seconds 15
import { parseArgs } from 'node:util';
import { calls, number, open, quiet, startBenchPlatform } from './lib/bench-platform.mjs';
import { cpuMs, cpuParts, machine, round, sleep } from './lib/measure.mjs';

const { values } = parseArgs({
  options: { callers: { type: 'string', default: '100,400' }, seconds: { type: 'string', default: '15' } },
});
const seconds = Number(values.seconds);
const text =
  'Welcome. For sales press one, for service press two, to hear this again press nine, and to leave a message press zero.';
const bench = await startBenchPlatform({ script: [] });
const { api, platform } = bench;
try {
  await runMenu();
  const idle = await cpuPerSecond();
  const runs = [];
  for (const callers of values.callers.split(',').map(Number)) {
    let spent;
    const outcome = await calls(platform.sip, {
      perSecond: 20,
      total: callers,
      scenario: 'uac-stays.xml',
      onStart: async () => {
        await untilUp(callers);
        await sleep(7000); // the first round of the menu is over for all
        const before = cpuParts(platform.pid);
        const up = await callsUp();
        const perSecond = await cpuPerSecond();
        const after = cpuParts(platform.pid);
        spent = { up, perSecond, mainMs: after.main - before.main, othersMs: after.others - before.others };
        await hangUpAll();
      },
    });
    await quiet(api);
    runs.push({
      callers,
      up: spent.up,
      failed: outcome.failed,
      cpuPercent: round(spent.perSecond / 10),
      cpuPercentPer100: round(((spent.perSecond - idle) / 10 / spent.up) * 100),
      mainMs: spent.mainMs,
      othersMs: spent.othersMs,
    });
  }
  console.log(
    JSON.stringify({ bench: 'menus', machine: machine(), seconds, idleCpuPercent: round(idle / 10), runs }, null, 2),
  );
} finally {
  await bench.stop();
}

/** The number of the bench runs a menu. */
async function runMenu() {
  const keys = ['1', '2', '9', '0'].map((key) => ({ key, label: `Key ${key}`, next: 'menu' }));
  const prompts = [{ verb: 'say', text }];
  const nodes = [
    { id: 'start', kind: 'start', exits: { next: 'menu' } },
    { id: 'menu', kind: 'menu', prompts, keys, timeout: 1, maxErrors: 20 },
  ];
  const flow = await api.post('/v1/flows', { name: 'Menu', draft: { nodes } });
  await api.post(`/v1/flows/${flow.id}/versions`, {});
  const { items } = await api.get('/v1/numbers?limit=100');
  const { id } = items.find((one) => one.number === number);
  await api.patch(`/v1/numbers/${id}`, { flow: { flowId: flow.id } });
}

async function callsUp() {
  const { legs = 0, calls: live = legs } = await open(api);
  return Math.max(legs, live);
}

async function untilUp(count) {
  for (let tries = 0; tries < 90; tries++) {
    if ((await callsUp()) >= count) return;
    await sleep(500);
  }
}

async function hangUpAll() {
  for (;;) {
    const page = await api.get('/v1/calls?status=in-progress&limit=100');
    if (page.items.length === 0) return;
    await Promise.all(page.items.map(({ id }) => api.request('PATCH', `/v1/calls/${id}`, { status: 'completed' })));
  }
}

/** Milliseconds of CPU a second. */
async function cpuPerSecond() {
  const before = cpuMs(platform.pid);
  await sleep(seconds * 1000);
  return (cpuMs(platform.pid) - before) / seconds;
}
