import { describe, expect, it } from 'vitest';
import { plainUdpMediaNetwork, udpMediaNetwork } from './udp-media-socket.js';

describe.each([
  ['through the handle', udpMediaNetwork],
  ['through the public interface', plainUdpMediaNetwork],
])('media sockets %s', (_name, network) => {
  it.each([
    ['127.0.0.1', 24_000],
    ['::1', 24_010],
  ])('carry datagrams on %s, and tell where they come from', async (address, port) => {
    const errors: string[] = [];
    const onError = (code: string) => errors.push(code);
    const one = await network.bind(address, port, { onDatagram: () => {}, onError });
    const got = new Promise<unknown[]>((resolve) => {
      void network
        .bind(address, port + 1, {
          onDatagram: (bytes, source, sourcePort) => {
            other?.close();
            resolve([[...bytes], source, sourcePort]);
          },
          onError,
        })
        .then((socket) => {
          other = socket;
          const bytes = Uint8Array.of(1, 2, 3, 4);
          one.send(bytes, 3, port + 1, address);
          // The bytes are the caller's again at once.
          bytes.fill(9);
        });
    });
    let other: { close(): void } | undefined;
    expect(await got).toEqual([[1, 2, 3], address, port]);
    one.close();
    one.close();
    one.send(Uint8Array.of(1), 1, port + 1, address);
    expect(errors).toEqual([]);
  });

  it('names a port that is taken', async () => {
    const receiver = { onDatagram: () => {}, onError: () => {} };
    const one = await network.bind('127.0.0.1', 24_020, receiver);
    await expect(network.bind('127.0.0.1', 24_020, receiver)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    one.close();
  });

  it('reports an address that cannot be sent to', async () => {
    let seen: (code: string) => void = () => {};
    const reported = new Promise<string>((resolve) => {
      seen = resolve;
    });
    const one = await network.bind('127.0.0.1', 24_030, { onDatagram: () => {}, onError: (code) => seen(code) });
    // From loopback nothing is routed to the world.
    one.send(Uint8Array.of(1), 1, 4000, '8.8.8.8');
    expect(await reported).toMatch(/^E[A-Z]+$/);
    one.close();
  });
});
