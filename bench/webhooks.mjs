// What does a webhook cost: signed, durable, delivered over HTTP? How late do first attempts come, and what does one dead endpoint in 100 cost the others?
// A process with the workers role relays and sends the events of calls that are written as a node writes them (insert, changes, each with its events), so that the
// way from the call's document to the receiver is the whole one. What writing calls and relaying their events costs is measured without any endpoint and taken off.
// Databases and receivers are processes of their own and not counted.
//   --rate 300   events a second   --seconds 10   how long each   --warm 3000   events before   --rounds 3   times without, with, with a dead one in turn
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine, percentile, round, sleep } from './lib/measure.mjs';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '300' },
    seconds: { type: 'string', default: '10' },
    warm: { type: 'string', default: '3000' },
    rounds: { type: 'string', default: '3' },
  },
});
const eventsPerSecond = Number(values.rate);
const work = { eventsPerSecond, seconds: Number(values.seconds) };
const warmUp = { eventsPerSecond, seconds: Number(values.warm) / eventsPerSecond };

const dataFolder = mkdtempSync(join(tmpdir(), 'hookswitch-bench-'));
const receiver = spawn(process.execPath, [fileURLToPath(new URL('lib/backend.mjs', import.meta.url))], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const receiverUrl = await new Promise((resolve) => {
  receiver.stdout.once('data', (text) => resolve(String(text).trim()));
});
/** Takes connections and never answers. */
const dead = createServer((socket) => socket.unref().on('error', () => {}));
await new Promise((resolve) => dead.listen(0, '127.0.0.1', resolve));
const deadUrl = `http://127.0.0.1:${dead.address().port}/events`;

const sender = fork(fileURLToPath(new URL('lib/webhook-load.mjs', import.meta.url)), [dataFolder], {
  execArgv: ['--enable-source-maps'],
  stdio: ['ignore', 2, 2, 'ipc'], // our output is one JSON object
});
const ended = new Promise((resolve) => sender.once('exit', resolve));
const answer = () =>
  Promise.race([
    new Promise((resolve) => sender.once('message', resolve)),
    ended.then((code) => {
      throw new Error(`the sending process ended with ${code}`);
    }),
  ]);
const ask = (question) => {
  const answered = answer();
  sender.send(question);
  return answered;
};

try {
  await answer();
  const delays = async () => (await fetch(`${receiverUrl}/delays`)).json();
  const urls = (count) => Array.from({ length: count }, (_, n) => `${receiverUrl}/events/${n}`);
  const cases = {
    noEndpoint: { accounts: 1, urls: [] },
    oneEndpoint: { accounts: 1, urls: urls(1) },
    noneOfHundredDead: { accounts: 100, urls: urls(100) },
    oneOfHundredDead: { accounts: 100, urls: [deadUrl, ...urls(99)] },
  };
  const run = async (name, what = work) => {
    const { cpuMs: before } = await ask({ accounts: cases[name] });
    await delays();
    const startedAt = performance.now();
    const { events, eventsByAccount } = await ask({ work: what });
    const living = (n) => ![undefined, deadUrl].includes(cases[name].urls[n]);
    const expected = eventsByAccount.reduce((sum, count, n) => sum + (living(n) ? count : 0), 0);
    const late = [];
    while (late.length < expected && performance.now() - startedAt < 60_000) {
      await sleep(250);
      late.push(...(await delays()));
    }
    await sleep(500); // until the last results are written
    const { cpuMs } = await ask({});
    return {
      events,
      seconds: round((performance.now() - startedAt) / 1000),
      cpuMsPerEvent: round((cpuMs - before) / events),
      expected,
      delivered: late.length,
      firstAttemptP50Ms: percentile(late, 0.5),
      firstAttemptP99Ms: percentile(late, 0.99),
      firstAttemptMaxMs: percentile(late, 1),
    };
  };
  await run('oneEndpoint', warmUp);
  const runs = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let n = 0; n < Number(values.rounds); n++)
    for (const name of Object.keys(cases)) runs[name].push(await run(name));
  const least = (name) => Math.min(...runs[name].map(({ cpuMsPerEvent }) => cpuMsPerEvent));
  const result = {
    bench: 'webhooks',
    ratePerSecond: eventsPerSecond,
    warmEvents: Number(values.warm),
    runs,
    // The least of the rounds: other programs on the machine only add.
    cpuMsPerEventWithoutDelivery: least('noEndpoint'),
    cpuMsPerDelivery: round(least('oneEndpoint') - least('noEndpoint')),
    cpuMsPerDeliveryOfHundredEndpoints: round(least('noneOfHundredDead') - least('noEndpoint')),
    oneDeadInHundredAddsPercent: round(100 * (least('oneOfHundredDead') / least('noneOfHundredDead') - 1)),
    machine: machine(),
  };
  console.log(JSON.stringify(result, null, 2));
} finally {
  if (sender.connected) sender.disconnect();
  await ended;
  receiver.kill('SIGTERM');
  dead.close();
  rmSync(dataFolder, { recursive: true, force: true });
}
