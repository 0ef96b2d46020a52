import { createSocket } from 'node:dgram';

const address = '127.0.0.1';
/** Packets of a talk go out in so many shares of 20 ms, not all at once. */
const slots = 4;

/** A socket for each leg: a forwarder tells its far ends apart by their ports. */
export function openLegs(count) {
  return Promise.all(Array.from({ length: count }, openLeg));
}

async function openLeg() {
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) });
  await new Promise((resolve) => socket.bind(0, address, resolve));
  return { socket, port: socket.address().port };
}

/** Sends 50 packets a second on every leg to its port, each with its time, and counts what comes back; `hear` is given how long it took, in milliseconds. */
export function startTalk(legs, ports, hear = () => undefined) {
  let received = 0;
  let sent = 0;
  for (const { socket } of legs) {
    socket.removeAllListeners('message');
    socket.on('message', (bytes) => {
      received++;
      if (bytes.length === 172 && received % 10 === 0) hear(performance.now() - bytes.readDoubleBE(12));
    });
  }
  const startedAt = performance.now();
  let slot = 0;
  const timer = setInterval(() => {
    while (slot * (20 / slots) <= performance.now() - startedAt) {
      const turn = Math.floor(slot / slots);
      for (let at = slot % slots; at < legs.length; at += slots) {
        legs[at].socket.send(packet(turn, at), ports[at], address);
        sent++;
      }
      slot++;
    }
  }, 1);
  return { received: () => received, sent: () => sent, stop: () => clearInterval(timer) };
}

function packet(turn, leg) {
  const bytes = Buffer.alloc(172, 0xd5);
  bytes[0] = 0x80;
  bytes[1] = 0;
  bytes.writeUInt16BE(turn & 0xffff, 2);
  bytes.writeUInt32BE((turn * 160) >>> 0, 4);
  bytes.writeUInt32BE(leg + 1, 8);
  bytes.writeDoubleBE(performance.now(), 12);
  return bytes;
}
