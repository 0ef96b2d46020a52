/**
 * What the media plane costs: CPU of its own process while it plays to N legs and while it connects N calls, how late its packets
 * leave, and its memory a leg. Loopback only; the load comes from this process, the plane runs in a child.
 *
 *   node bench/media-plane.mjs [--seconds 8] [--legs 400] [--calls 100]
 *
 * Prints one JSON object. Percentages are of one core.
 */
import { createSocket } from 'node:dgram';
import { cpus } from 'node:os';
import { startBenchPlane } from './lib/bench-plane.mjs';

const address = '127.0.0.1';

if (process.argv.includes('--plane')) await runPlane();
else await runBench();

async function runPlane() {
  const { createThreadedMediaPlane } = await import(
    '../media/dist/drivers/embedded/media-plane/threaded-media-plane.js'
  );
  const plane = createThreadedMediaPlane({ portLow: 30_000, portHigh: 33_999, mediaLossMs: 0 });
  const samples = Int16Array.from({ length: 8000 * 10 }, (_, at) => 8000 * Math.sin(at / 3));
  const legs = [];
  const doing = {
    async open({ count, port, codec = 'pcmu' }) {
      for (let at = 0; at < count; at++) {
        const id = `leg${legs.length}`;
        const opened = await plane.open(id, { bindAddress: address });
        plane.setRemote(id, {
          address,
          port,
          codec,
          telephoneEventPayloadType: 101,
          ptimeMs: 20,
          direction: 'sendrecv',
          signallingSourceAddress: address,
        });
        legs.push({ id, port: opened.port });
      }
      return legs.map((leg) => leg.port);
    },
    /** A leg towards each of those ports. */
    async openTowards({ ports }) {
      const opened = [];
      for (const port of ports) opened.push((await doing.open({ count: 1, port })).at(-1));
      return opened;
    },
    play() {
      for (const { id } of legs)
        void plane.play(id, 'p', { kind: 'audio', key: 'bench', sampleRate: 8000, samples }, { loops: 0 });
    },
    stopPlaying() {
      for (const { id } of legs) plane.stopPlay(id, 'p');
    },
    connect() {
      doing.gather({ size: 2 });
    },
    /** Conferences of so many legs each, all of whom hear each other. */
    gather({ size }) {
      for (let at = 0; at + size <= legs.length; at += size) {
        const ids = legs.slice(at, at + size).map(({ id }) => id);
        const hearing = ids.map((legId) => ({ legId, hears: ids.filter((other) => other !== legId) }));
        plane.setRoom(`R${at}`, hearing);
      }
    },
    async figures() {
      const cpu = process.cpuUsage();
      return {
        load: await plane.load(),
        cpuMs: (cpu.user + cpu.system) / 1000,
        rssKb: process.memoryUsage().rss / 1024,
      };
    },
    async close() {
      for (const { id } of legs.splice(0)) await plane.close(id);
    },
    stop: () => plane.stop(),
  };
  process.on('message', async ({ id, command, value }) => {
    process.send({ id, value: await doing[command](value) });
    if (command === 'stop') process.disconnect();
  });
  process.send({ id: 0 });
}

async function runBench() {
  const seconds = option('--seconds', 8);
  const legs = option('--legs', 400);
  const calls = option('--calls', 100);
  const { ask } = await startBenchPlane();
  const sink = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) });
  await new Promise((resolve) => sink.bind(0, address, resolve));
  sink.setRecvBufferSize(4 * 1024 * 1024);
  let received = 0;
  sink.on('message', () => received++);

  const window = async (milliseconds) => {
    await ask('figures');
    const before = await ask('figures');
    const receivedBefore = received;
    const startedAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    const after = await ask('figures');
    const elapsed = performance.now() - startedAt;
    return {
      cpuPercent: ((after.cpuMs - before.cpuMs) / elapsed) * 100,
      packetsPerSecond: Math.round(((received - receivedBefore) / elapsed) * 1000),
      load: after.load,
    };
  };

  const idle = await ask('figures');
  const port = sink.address().port;
  await ask('open', { count: legs, port });
  const open = await ask('figures');
  const waiting = await window(2000);
  await ask('play');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const playing = await window(seconds * 1000);
  const playingMemory = await ask('figures');
  await ask('stopPlaying');
  await ask('close');

  const ports = await ask('open', { count: calls * 2, port });
  await ask('connect');
  const stopTalking = talk(sink, ports);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const connected = await window(seconds * 1000);
  const sent = stopTalking();
  await ask('close');
  await ask('stop');
  sink.close();

  const packets = connected.packetsPerSecond * 2;
  console.log(
    JSON.stringify(
      {
        machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
        waiting: { legs, cpuPercentPer100Legs: round((waiting.cpuPercent / legs) * 100) },
        playing: {
          legs,
          packetsPerSecond: playing.packetsPerSecond,
          cpuPercentPer100Legs: round((playing.cpuPercent / legs) * 100),
          cpuMicrosecondsPerPacket: round((playing.cpuPercent * 10_000) / playing.packetsPerSecond),
          lateP50Ms: playing.load.lateP50Ms,
          lateP99Ms: playing.load.lateP99Ms,
          lateMaxMs: playing.load.lateMaxMs,
        },
        connected: {
          calls,
          packetsPerSecondInAndOut: packets,
          sentPerSecond: sent,
          cpuPercentPer100Calls: round((connected.cpuPercent / calls) * 100),
          cpuMicrosecondsPerPacket: round((connected.cpuPercent * 10_000) / packets),
        },
        memoryKbPerLeg: {
          open: round((open.rssKb - idle.rssKb) / legs),
          playing: round((playingMemory.rssKb - idle.rssKb) / legs),
        },
      },
      null,
      2,
    ),
  );
}

/** Sends 50 packets a second to every port, spread over each 20 ms. Answers what stops it and tells the rate. */
function talk(socket, ports) {
  const packets = ports.map((_, index) => {
    const packet = Buffer.alloc(172, 0xd5);
    packet[0] = 0x80;
    packet[1] = 0;
    packet.writeUInt32BE(index + 1, 8);
    return packet;
  });
  const start = performance.now();
  const slots = 4;
  let slot = 0;
  let sent = 0;
  const timer = setInterval(() => {
    while (slot * 5 <= performance.now() - start) {
      const round = Math.floor(slot / slots);
      for (let at = slot % slots; at < ports.length; at += slots) {
        const packet = Buffer.from(packets[at]);
        packet.writeUInt16BE(round & 0xffff, 2);
        packet.writeUInt32BE((round * 160) >>> 0, 4);
        socket.send(packet, ports[at], address);
        sent++;
      }
      slot++;
    }
  }, 1);
  return () => {
    clearInterval(timer);
    return Math.round((sent / (performance.now() - start)) * 1000);
  };
}

function option(name, otherwise) {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

function round(value) {
  return Math.round(value * 100) / 100;
}
