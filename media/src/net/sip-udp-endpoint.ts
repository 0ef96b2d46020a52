import { createSocket, type Socket } from 'node:dgram';
import { isIPv4, isIPv6 } from 'node:net';
import type { Flow, SipTarget } from '../sip/flow.js';
import { plainAddress } from './plain-address.js';
import type { SipListenOptions, SipReceiver, SipSocket } from './sip-network.js';

/** SIP over UDP: one socket for all peers. */
export async function openSipUdpEndpoint(options: SipListenOptions, receiver: SipReceiver): Promise<SipSocket> {
  const socket = createSocket({
    type: isIPv6(options.address) ? 'udp6' : 'udp4',
    ipv6Only: isIPv6(options.address) && options.address !== '::',
    recvBufferSize: 4 * 1024 * 1024,
    sendBufferSize: 4 * 1024 * 1024,
    // Only IP addresses are sent to; asking the resolver about each costs more than sending.
    lookup: (address, _options, callback) => callback(null, address, isIPv6(address) ? 6 : 4),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: options.address, port: options.port, exclusive: true }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  return new SipUdpEndpoint(socket, receiver);
}

class SipUdpEndpoint implements SipSocket {
  readonly transport = 'udp';
  readonly address: string;
  readonly port: number;
  readonly connections = 0;
  readonly #socket: Socket;
  readonly #receiver: SipReceiver;
  #closed = false;

  constructor(socket: Socket, receiver: SipReceiver) {
    const { address, port } = socket.address();
    this.#socket = socket;
    this.#receiver = receiver;
    this.address = address;
    this.port = port;
    socket.on('message', (bytes, from) => {
      const flow: Flow = {
        transport: 'udp',
        localAddress: address,
        localPort: port,
        remoteAddress: plainAddress(from.address),
        remotePort: from.port,
      };
      receiver.packet(bytes, flow);
    });
    // An error of the whole socket (a lost interface) shows with the next send, too.
    socket.on('error', () => undefined);
  }

  send(target: SipTarget, bytes: Buffer): void {
    if (this.#closed) return;
    try {
      this.#socket.send(bytes, target.port, this.#reachable(target.address), (error) => {
        if (error && !isPassing(error) && !this.#closed) this.#receiver.sendFailed(target);
      });
    } catch {
      // Node throws on a port out of range.
      setImmediate(() => this.#receiver.sendFailed(target));
    }
  }

  closeConnection(): void {}

  /** A dual-stack socket reaches IPv4 under its mapped address (RFC 4291 2.5.5.2). */
  #reachable(address: string): string {
    return isIPv6(this.address) && isIPv4(address) ? `::ffff:${address}` : address;
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

/** Full buffers empty themselves; SIP sends again. */
function isPassing(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ENOBUFS' || error.code === 'EAGAIN';
}
