// Connected calls beside rtpengine's userspace mode: CPU for a forwarded packet and the delay that forwarding adds. Both forward between the same two sockets of this process, one after
// the other, twice. Peers, per 100 calls: Asterisk 25 to 27 % of a core, FreeSWITCH 46 to 53 %.
//   --calls 100   --seconds 8
import { parseArgs } from 'node:util';
import { startBenchPlane } from './lib/bench-plane.mjs';
import { cpuMs, machine, percentile, round, sleep } from './lib/measure.mjs';
import { startRtpengine } from './lib/rtpengine.mjs';
import { openLegs, startTalk } from './lib/talk.mjs';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '100' }, seconds: { type: 'string', default: '8' } },
});
const calls = Number(values.calls);
const address = '127.0.0.1';

const plane = await startBenchPlane();
const { ask } = plane;
const legs = await openLegs(calls * 2);
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

/** Talks on every leg for a while. */
async function forward(ports, pid) {
  let delays;
  const talk = startTalk(legs, ports, (delay) => delays?.push(delay));
  await sleep(2000);
  delays = [];
  const before = { received: talk.received(), sent: talk.sent(), cpu: cpuMs(pid), at: performance.now() };
  await sleep(Number(values.seconds) * 1000);
  const cpu = cpuMs(pid) - before.cpu;
  const seconds = (performance.now() - before.at) / 1000;
  const got = talk.received() - before.received;
  talk.stop();
  return {
    sentPerSecond: Math.round((talk.sent() - before.sent) / seconds),
    forwardedPerSecond: Math.round(got / seconds),
    cpuMicrosecondsPerPacket: round((cpu * 1000) / got),
    cpuPercentPer100Calls: round((cpu / 10 / seconds / calls) * 100),
    delayP50Ms: percentile(delays, 0.5),
    delayP99Ms: percentile(delays, 0.99),
  };
}
