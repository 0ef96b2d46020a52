// The media plane as a thread of its node beside the media plane as a process of its own: what the commands of a call cost over each, and connected calls. Both in one run, in turns.
// CPU is of both processes together: who controls, and who carries the sound.
//   --calls 100   --seconds 6   --cycles 3000   --warm 1500
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cpuMs, machine, round, sleep } from './lib/measure.mjs';
import { openLegs, startTalk } from './lib/talk.mjs';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '6' },
    cycles: { type: 'string', default: '3000' },
    warm: { type: 'string', default: '1500' },
    control: { type: 'string' },
  },
});
const address = '127.0.0.1';
const self = fileURLToPath(import.meta.url);

if (values.control === undefined) await runBench();
else await runControl(values.control);

/** What a node does with its plane; `where`: `thread`, or the socket of a media process. */
async function runControl(where) {
  const plane = where === 'thread' ? await threadedPlane() : await processPlane(where);
  const samples = Int16Array.from({ length: 8000 * 3 }, (_, at) => 8000 * Math.sin(at / 3));
  const prompt = { kind: 'audio', key: 'bench', sampleRate: 8000, samples };
  let lastId = 0;
  const open = async (port) => {
    const id = `leg${++lastId}`;
    const opened = await plane.open(id, { bindAddress: address });
    plane.setRemote(id, {
      address,
      port,
      codec: 'pcmu',
      telephoneEventPayloadType: 101,
      ptimeMs: 20,
      direction: 'sendrecv',
      signallingSourceAddress: address,
    });
    return { id, port: opened.port };
  };
  const talk = (room, a, b) =>
    plane.setRoom(room, [
      { legId: a.id, hears: [b.id] },
      { legId: b.id, hears: [a.id] },
    ]);
  /** A caller hears a prompt, which the answer of who is dialled interrupts; they talk, and both hang up. */
  const call = async (port) => {
    const caller = await open(port);
    const playing = plane.play(caller.id, 'p', prompt);
    const callee = await open(port);
    plane.stopPlay(caller.id, 'p');
    await playing;
    talk(caller.id, caller, callee);
    plane.setRoom(caller.id, []);
    await Promise.all([plane.close(caller.id), plane.close(callee.id)]);
  };
  const legs = [];
  const doing = {
    async cycles({ count, port }) {
      let left = count;
      const worker = async () => {
        while (left-- > 0) await call(port);
      };
      await Promise.all(Array.from({ length: 20 }, worker));
    },
    async connect({ ports }) {
      for (const port of ports) legs.push(await open(port));
      for (let at = 0; at < legs.length; at += 2) talk(`room${at}`, legs[at], legs[at + 1]);
      return legs.map(({ port }) => port);
    },
    async stop() {
      await plane.stop();
    },
  };
  process.on('message', async ({ command, value }) => {
    process.send({ value: await doing[command](value) });
    if (command === 'stop') process.disconnect();
  });
  process.send({});
}

async function threadedPlane() {
  const { createThreadedMediaPlane } = await import(
    '../media/dist/drivers/embedded/media-plane/threaded-media-plane.js'
  );
  return createThreadedMediaPlane({ portLow: 30_000, portHigh: 33_999, mediaLossMs: 0 });
}

async function processPlane(path) {
  const { createProcessMediaPlane } = await import(
    '../media/dist/drivers/embedded/media-plane/process/process-media-plane.js'
  );
  const { systemClock } = await import('../kernel/dist/clock.js');
  const { silentLogger } = await import('../kernel/dist/logger.js');
  const parts = { clock: systemClock, logger: silentLogger, onReplaced: () => process.exit(1) };
  return createProcessMediaPlane({ path, nodeId: 'bench', ...parts }).plane;
}

async function runBench() {
  const legs = await openLegs(Number(values.calls) * 2);
  const runs = [];
  for (const how of ['thread', 'process', 'thread', 'process']) {
    console.error(how);
    runs.push({ plane: how, ...(await (how === 'thread' ? measure('thread', [], legs) : withMediaProcess(legs))) });
  }
  for (const { socket } of legs) socket.close();
  console.log(
    JSON.stringify({ bench: 'media-process', machine: machine(), calls: Number(values.calls), runs }, null, 2),
  );
}

async function withMediaProcess(legs) {
  const folder = mkdtempSync(join(tmpdir(), 'media-process-'));
  const path = join(folder, 'media.sock');
  const env = {
    ...process.env,
    ROLES: 'media',
    MEDIA_PLANE_SOCKET: path,
    DATA_FOLDER: folder,
    RTP_PORT_LOW: '30000',
    RTP_PORT_HIGH: '33999',
    MEDIA_LOSS_SECONDS: '0',
    DRAIN_SECONDS: '0',
  };
  const media = fork(fileURLToPath(new URL('../platform/dist/main.js', import.meta.url)), [], { env, silent: true });
  await once(media.stdout, 'data');
  try {
    return await measure(path, [media.pid], legs);
  } finally {
    const gone = once(media, 'exit');
    media.kill();
    await gone;
    rmSync(folder, { recursive: true });
  }
}

async function measure(where, others, legs) {
  const control = fork(self, ['--control', where]);
  await once(control, 'message');
  const ask = async (command, value) => {
    control.send({ command, value });
    return (await once(control, 'message'))[0].value;
  };
  const cpu = () => [control.pid, ...others].map(cpuMs);
  const spent = (before) => cpu().map((now, at) => now - before[at]);
  const total = (parts) => parts.reduce((sum, part) => sum + part, 0);

  await ask('cycles', { count: Number(values.warm), port: legs[0].port });
  const beforeCycles = cpu();
  await ask('cycles', { count: Number(values.cycles), port: legs[0].port });
  const cycles = spent(beforeCycles);

  const ports = await ask('connect', { ports: legs.map(({ port }) => port) });
  const talk = startTalk(legs, ports);
  await sleep(2000);
  const before = { cpu: cpu(), received: talk.received(), at: performance.now() };
  await sleep(Number(values.seconds) * 1000);
  const connected = spent(before.cpu);
  const seconds = (performance.now() - before.at) / 1000;
  const forwarded = talk.received() - before.received;
  talk.stop();
  await ask('stop');
  return {
    callMs: round(total(cycles) / Number(values.cycles)),
    callMsOfControl: round(cycles[0] / Number(values.cycles)),
    forwardedPerSecond: Math.round(forwarded / seconds),
    cpuMicrosecondsPerPacket: round((total(connected) * 1000) / forwarded),
    cpuPercentPer100ConnectedCalls: round((total(connected) / 10 / seconds / Number(values.calls)) * 100),
  };
}
