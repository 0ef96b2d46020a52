/**
 * What G.722 costs beside G.711: CPU of the media plane's own process while it plays to legs, and while it connects calls of one codec or of two. Loopback
 * only; the load comes from this process, the plane runs in a child.
 *
 *   node bench/wideband.mjs [--seconds 6] [--legs 200] [--calls 100]
 *
 * Prints one JSON object. Percentages are of one core.
 */
import { createSocket } from 'node:dgram';
import { startBenchPlane } from './lib/bench-plane.mjs';
import { machine } from './lib/measure.mjs';

const address = '127.0.0.1';
const payloadTypes = { pcmu: 0, g722: 9 };
const [seconds, legs, calls] = [option('--seconds', 6), option('--legs', 200), option('--calls', 100)];

const { ask } = await startBenchPlane();
const sink = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) });
await new Promise((resolve) => sink.bind(0, address, resolve));
sink.setRecvBufferSize(4 * 1024 * 1024);
let received = 0;
sink.on('message', () => received++);
const { port } = sink.address();

console.log(
  JSON.stringify(
    {
      machine: machine(),
      playing: { pcmu: await playing('pcmu'), g722: await playing('g722') },
      connected: {
        pcmuWithPcmu: await connected('pcmu', 'pcmu'),
        g722WithG722: await connected('g722', 'g722'),
        g722WithPcmu: await connected('g722', 'pcmu'),
      },
    },
    null,
    2,
  ),
);
await ask('stop');
sink.close();

async function playing(codec) {
  await ask('open', { count: legs, port, codec });
  await ask('play');
  const { cpuPercent, packetsPerSecond } = await window();
  await ask('close');
  return { legs, packetsPerSecond, cpuPercentPerLeg: round3(cpuPercent / legs) };
}

/** Pairs of legs, one of each codec, that both speak. */
async function connected(one, other) {
  let ports = [];
  for (let call = 0; call < calls; call++) {
    await ask('open', { count: 1, port, codec: one });
    ports = await ask('open', { count: 1, port, codec: other });
  }
  await ask('connect');
  const stop = talk(ports, (index) => payloadTypes[index % 2 === 0 ? one : other]);
  const { cpuPercent, packetsPerSecond } = await window();
  stop();
  await ask('close');
  return { calls, packetsPerSecond, cpuPercentPerLeg: round3(cpuPercent / (calls * 2)) };
}

/** CPU and packets out of some seconds, after one in which compiling and opening settle. */
async function window() {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const before = await ask('figures');
  const receivedBefore = received;
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await ask('figures');
  const elapsed = performance.now() - startedAt;
  return {
    cpuPercent: ((after.cpuMs - before.cpuMs) / elapsed) * 100,
    packetsPerSecond: Math.round(((received - receivedBefore) / elapsed) * 1000),
  };
}

/** Sends 50 packets a second to every port, spread over each 20 ms, of sound that is not silence. */
function talk(ports, payloadTypeOf) {
  const packets = ports.map((_, index) => {
    const packet = Buffer.alloc(172);
    for (let at = 12; at < 172; at++) packet[at] = (at * 37 + index * 11) & 0xff;
    packet[0] = 0x80;
    packet[1] = payloadTypeOf(index);
    packet.writeUInt32BE(index + 1, 8);
    return packet;
  });
  const start = performance.now();
  const slots = 4;
  let slot = 0;
  const timer = setInterval(() => {
    while (slot * 5 <= performance.now() - start) {
      const turn = Math.floor(slot / slots);
      for (let at = slot % slots; at < ports.length; at += slots) {
        const packet = Buffer.from(packets[at]);
        packet.writeUInt16BE(turn & 0xffff, 2);
        packet.writeUInt32BE((turn * 160) >>> 0, 4);
        sink.send(packet, ports[at], address);
      }
      slot++;
    }
  }, 1);
  return () => clearInterval(timer);
}

function option(name, otherwise) {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

function round3(value) {
  return Math.round(value * 1000) / 1000;
}
