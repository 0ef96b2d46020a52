import { createSocket } from 'node:dgram';

/** `count` neighbouring UDP ports, the first one even, that were free on the loopback address a moment ago. */
export async function freeUdpPorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const seen = await tryPort(0);
    const first = (seen ?? 1) + ((seen ?? 1) % 2);
    const tries = await Promise.all(Array.from({ length: count }, (_, n) => tryPort(first + n)));
    if (first + count < 65536 && tries.every((port) => port !== undefined)) return first;
  }
  throw new Error(`no ${count} neighbouring UDP ports are free`);
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(undefined));
    socket.bind(port, '127.0.0.1', () => {
      const bound = socket.address().port;
      socket.close(() => resolve(bound));
    });
  });
}
