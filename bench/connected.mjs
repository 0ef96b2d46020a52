// Connected calls beside rtpengine's userspace mode: CPU for a forwarded packet and the delay that forwarding adds. Both forward between the same two sockets of this process, one after
// the other, twice. Peers, per 100 calls: Asterisk 25 to 27 % of a core, FreeSWITCH 46 to 53 %.
//   --calls 100   --seconds 8
import { createSocket } from 'node:dgram';
import { parseArgs } from 'node:util';
import { startBenchPlane } from './lib/bench-plane.mjs';
import { cpuMs, machine, percentile, round, sleep } from './lib/measure.mjs';
import { startRtpengine } from './lib/rtpengine.mjs';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '100' }, seconds: { type: 'string', default: '8' } },
});
const calls = Number(values.calls);
const address = '127.0.0.1';

const plane = await startBenchPlane();
const { ask } = plane;
// A socket for each leg: a forwarder tells its far ends apart by their ports.
const legs = await Promise.all(Array.from({ length: calls * 2 }, openLeg));
const rtpengine = await startRtpengine();
const runs = [];
try {
  for (let turn = 0; turn < 2; turn++) {
    const ports = await ask('openTowards', { ports: legs.map((leg) => leg.port) });
    await ask('connect');
    console.error(`turn ${turn + 1}: hookswitch`);
    runs.push({ forwarder: 'hookswitch', ...(await forward(ports, plane.pid)) });
    await ask('close');
    console.error(`turn ${turn + 1}: ${rtpengine ? 'rtpengine' : 'rtpengine is not installed'}`);
    if (rtpengine) runs.push({ forwarder: 'rtpengine', ...(await forward(await offerAll(turn), rtpengine.pid)) });
  }
  await ask('stop');
} finally {
  rtpengine?.stop();
  for (const leg of legs) leg.socket.close();
  plane.kill();
}
const mean = (who) => {
  const found = runs.filter(({ forwarder }) => forwarder === who).map((run) => run.cpuMicrosecondsPerPacket);
  return found.reduce((sum, one) => sum + one, 0) / found.length;
};
const ratio = rtpengine ? round(mean('hookswitch') / mean('rtpengine')) : undefined;
console.log(JSON.stringify({ bench: 'connected', machine: machine(), calls, runs, timesRtpengine: ratio }, null, 2));

async function openLeg() {
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) });
  await new Promise((resolve) => socket.bind(0, address, resolve));
  return { socket, port: socket.address().port };
}

async function offerAll(turn) {
  const ports = [];
  for (let at = 0; at < legs.length; at += 2) {
    const common = { 'call-id': `bench-${turn}-${at}`, 'from-tag': 'a', ICE: 'remove', replace: ['origin'] };
    const offer = await rtpengine.ask({ ...common, command: 'offer', sdp: sdp(legs[at].port) });
    const answer = await rtpengine.ask({ ...common, 'to-tag': 'b', command: 'answer', sdp: sdp(legs[at + 1].port) });
    // What the first leg sends to is in the answer, what the second one sends to in the offer.
    ports.push(mediaPort(answer.sdp), mediaPort(offer.sdp));
  }
  return ports;
}

function sdp(port) {
  const lines = [
    'v=0',
    `o=b 1 1 IN IP4 ${address}`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
    '',
  ];
  return lines.join('\r\n');
}

function mediaPort(text) {
  return Number(/m=audio (\d+)/.exec(text)[1]);
}

/** Sends 50 packets a second on every leg for a while and counts what comes back. Each packet carries its time. */
async function forward(ports, pid) {
  let received = 0;
  let sent = 0;
  let delays;
  for (const { socket } of legs) {
    socket.removeAllListeners('message');
    socket.on('message', (bytes) => {
      received++;
      if (delays && bytes.length === 172 && received % 10 === 0)
        delays.push(performance.now() - bytes.readDoubleBE(12));
    });
  }
  const startedAt = performance.now();
  const slots = 4;
  let slot = 0;
  const timer = setInterval(() => {
    while (slot * (20 / slots) <= performance.now() - startedAt) {
      const turn = Math.floor(slot / slots);
      for (let at = slot % slots; at < legs.length; at += slots) {
        const packet = Buffer.alloc(172, 0xd5);
        packet[0] = 0x80;
        packet[1] = 0;
        packet.writeUInt16BE(turn & 0xffff, 2);
        packet.writeUInt32BE((turn * 160) >>> 0, 4);
        packet.writeUInt32BE(at + 1, 8);
        packet.writeDoubleBE(performance.now(), 12);
        legs[at].socket.send(packet, ports[at], address);
        sent++;
      }
      slot++;
    }
  }, 1);
  await sleep(2000);
  delays = [];
  const before = { received, sent, cpu: cpuMs(pid), at: performance.now() };
  await sleep(Number(values.seconds) * 1000);
  const cpu = cpuMs(pid) - before.cpu;
  const seconds = (performance.now() - before.at) / 1000;
  const got = received - before.received;
  clearInterval(timer);
  return {
    sentPerSecond: Math.round((sent - before.sent) / seconds),
    forwardedPerSecond: Math.round(got / seconds),
    cpuMicrosecondsPerPacket: round((cpu * 1000) / got),
    cpuPercentPer100Calls: round((cpu / 10 / seconds / calls) * 100),
    delayP50Ms: percentile(delays, 0.5),
    delayP99Ms: percentile(delays, 0.99),
  };
}
