import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { PhoneWire } from './phone-wire.js';
import type { Address } from './sip-address.js';
import { StreamCutter } from './stream-cutter.js';

/** Opens a TCP or TLS connection, as a desk phone does, and speaks over that alone. The server's certificate is believed. */
export async function streamWire(transport: 'tcp' | 'tls', to: Address): Promise<StreamWire> {
  const wire = new StreamWire(transport, to);
  await wire.reconnect();
  return wire;
}

export class StreamWire implements PhoneWire {
  readonly via: 'TCP' | 'TLS';
  onMessage: PhoneWire['onMessage'] = () => undefined;
  readonly #to: Address;
  #socket!: Socket;

  constructor(transport: 'tcp' | 'tls', to: Address) {
    this.via = transport === 'tls' ? 'TLS' : 'TCP';
    this.#to = to;
  }

  get address(): Address {
    return { host: '127.0.0.1', port: this.#socket.localPort ?? 0 };
  }

  /** Opens another connection and uses that from now on. The old one is left as it is. */
  async reconnect(): Promise<void> {
    const ends = { ...this.#to, localAddress: '127.0.0.1' };
    const isTls = this.via === 'TLS';
    const socket = isTls ? connectTls({ ...ends, rejectUnauthorized: false }) : connect(ends);
    await once(socket, isTls ? 'secureConnect' : 'connect');
    const cutter = new StreamCutter();
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      for (const message of cutter.take(bytes)) this.onMessage(message.toString(), this.#to);
    });
    this.#socket = socket;
  }

  send(text: string | Uint8Array): void {
    this.#socket.write(text);
  }

  close(): void {
    this.#socket.destroy();
  }
}
