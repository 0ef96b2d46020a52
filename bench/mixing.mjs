// Conferences: CPU of the media plane's process for 100 participants who all speak, in twos (forwarded), threes and eights (mixed), and in threes where one speaks; how late mixes leave.
// The legs are sockets of this process, which checks that each is sent 50 packets a second and that what it hears is loud where others speak.
// Peers, per 100 participants in threes: Asterisk 40 to 45 % of a core, FreeSWITCH 46 to 49 %.
//   --legs 99   --seconds 8
import { createSocket } from 'node:dgram';
import { parseArgs } from 'node:util';
import { encodeG711 } from '../media/dist/audio/g711.js';
import { startBenchPlane } from './lib/bench-plane.mjs';
import { cpuMs, machine, round, sleep } from './lib/measure.mjs';

const { values } = parseArgs({
  options: { legs: { type: 'string', default: '99' }, seconds: { type: 'string', default: '8' } },
});
const address = '127.0.0.1';
const silence = Buffer.alloc(160, 0xff);

const plane = await startBenchPlane();
const { ask } = plane;
const runs = [];
try {
  const all = await Promise.all(Array.from({ length: Number(values.legs) }, openLeg));
  for (const [size, speakers] of [
    [2, 2],
    [3, 3],
    [3, 1],
    [8, 8],
  ]) {
    // The first run warms the code up: V8 compiles what runs often.
    for (const counts of size === 3 && speakers === 3 ? [false, true] : [true]) {
      const legs = all.slice(0, all.length - (all.length % size));
      const ports = await ask('openTowards', { ports: legs.map(({ port }) => port) });
      await ask('gather', { size });
      console.error(
        `${legs.length} legs in conferences of ${size}, ${speakers} of whom speak${counts ? '' : ' (warm-up)'}`,
      );
      const run = await converse(legs, ports, size, speakers);
      if (counts) runs.push(run);
      await ask('close');
    }
  }
  await ask('stop');
  for (const { socket } of all) socket.close();
} finally {
  plane.kill();
}
console.log(JSON.stringify({ bench: 'mixing', machine: machine(), runs }, null, 2));

async function openLeg(_, index) {
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) });
  await new Promise((resolve) => socket.bind(0, address, resolve));
  return { socket, port: socket.address().port, voice: voice(index) };
}

/** A second of something as loud as a voice, in packets of 20 ms: a tone of its own with a little noise. */
function voice(index) {
  const step = (2 * Math.PI * (300 + index * 17)) / 8000;
  const samples = Int16Array.from(
    { length: 8000 },
    (_, at) => 6000 * Math.sin(step * at) + 500 * Math.sin(at * at * 0.013),
  );
  const codes = Buffer.alloc(8000);
  encodeG711('pcmu', samples, 0, 8000, codes, 0);
  return Array.from({ length: 50 }, (_, turn) => codes.subarray(turn * 160, turn * 160 + 160));
}

/** Everybody sends 50 packets a second, the first `speakers` of each conference a voice and the others silence. */
async function converse(legs, ports, size, speakers) {
  let received = 0;
  let loud = 0;
  for (const { socket } of legs) {
    socket.removeAllListeners('message');
    socket.on('message', (bytes) => {
      received++;
      // Both zeros of the law are silence.
      if (bytes.length === 172 && (bytes[60] & 0x7f) < 0x70) loud++;
    });
  }
  const startedAt = performance.now();
  const slots = 4;
  let slot = 0;
  let sent = 0;
  const timer = setInterval(() => {
    while (slot * (20 / slots) <= performance.now() - startedAt) {
      const turn = Math.floor(slot / slots);
      for (let at = slot % slots; at < legs.length; at += slots) {
        const packet = Buffer.alloc(172);
        packet[0] = 0x80;
        packet.writeUInt16BE(turn & 0xffff, 2);
        packet.writeUInt32BE((turn * 160) >>> 0, 4);
        packet.writeUInt32BE(at + 1, 8);
        packet.set(at % size < speakers ? legs[at].voice[turn % 50] : silence, 12);
        legs[at].socket.send(packet, ports[at], address);
        sent++;
      }
      slot++;
    }
  }, 1);
  await sleep(3000);
  await ask('figures');
  const before = { received, sent, loud, cpu: cpuMs(plane.pid), at: performance.now() };
  await sleep(Number(values.seconds) * 1000);
  const cpu = cpuMs(plane.pid) - before.cpu;
  const seconds = (performance.now() - before.at) / 1000;
  const got = received - before.received;
  const share = (loud - before.loud) / got;
  const sentPerLeg = round((sent - before.sent) / seconds / legs.length);
  const { load } = await ask('figures');
  clearInterval(timer);
  return {
    legs: legs.length,
    conferenceOf: size,
    speakers,
    sentPerLegPerSecond: sentPerLeg,
    receivedPerLegPerSecond: round(got / seconds / legs.length),
    loudShareOfReceived: round(share),
    cpuPercentPer100Legs: round((cpu / 10 / seconds / legs.length) * 100),
    lateP50Ms: load.pacedPackets ? load.lateP50Ms : undefined,
    lateP99Ms: load.pacedPackets ? load.lateP99Ms : undefined,
  };
}
