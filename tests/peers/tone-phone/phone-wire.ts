import { createSocket } from 'node:dgram';
import { WebSocket } from 'ws';
import type { Address } from './sip-address.js';

/** What carries a phone's SIP. */
export interface PhoneWire {
  /** Transport as it stands in Via. */
  readonly via: 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS';
  /** Its own end; the port is of no use to others on a connection. */
  readonly address: Address;
  /** Called with every message that comes. */
  onMessage: (text: string, from: Address) => void;
  send(text: string | Uint8Array, to: Address): void;
  close(): void;
}

/** Opens a UDP socket on a free port of a loopback address. */
export async function udpWire(host: string): Promise<PhoneWire> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, host, resolve);
  });
  const wire: PhoneWire = {
    via: 'UDP',
    address: { host: socket.address().address, port: socket.address().port },
    onMessage: () => undefined,
    send: (text, to) => socket.send(text, to.port, to.host),
    close: () => void socket.close(),
  };
  socket.on('message', (bytes, from) => wire.onMessage(bytes.toString(), { host: from.address, port: from.port }));
  socket.on('error', () => undefined);
  return wire;
}

/** Opens a WebSocket as a browser does (RFC 7118). The server's certificate is believed. */
export async function webSocketWire(
  url: string,
  options: { binary?: boolean; origin?: string } = {},
): Promise<WebSocketWire> {
  const wire = new WebSocketWire(url, options);
  await wire.reconnect();
  return wire;
}

class WebSocketWire implements PhoneWire {
  readonly via: 'WS' | 'WSS';
  readonly address: Address = { host: '127.0.0.1', port: 0 };
  onMessage: PhoneWire['onMessage'] = () => undefined;
  readonly #url: URL;
  readonly #options: { binary?: boolean; origin?: string };
  #webSocket!: WebSocket;

  constructor(url: string, options: { binary?: boolean; origin?: string }) {
    this.#url = new URL(url);
    this.#options = options;
    this.via = this.#url.protocol === 'wss:' ? 'WSS' : 'WS';
  }

  get webSocket(): WebSocket {
    return this.#webSocket;
  }

  /** Opens another connection and uses that from now on, as a browser does that moved to another network. The old one is left as it is. */
  async reconnect(): Promise<void> {
    const { origin } = this.#options;
    const webSocket = new WebSocket(this.#url, 'sip', {
      rejectUnauthorized: false,
      ...(origin === undefined ? {} : { origin }),
    });
    await new Promise<void>((resolve, reject) => {
      webSocket.once('open', resolve);
      webSocket.once('error', reject);
    });
    webSocket.on('error', () => undefined);
    const far: Address = { host: this.#url.hostname, port: Number(this.#url.port) };
    webSocket.on('message', (data) => this.onMessage(String(data), far));
    this.#webSocket = webSocket;
  }

  send(text: string | Uint8Array): void {
    this.#webSocket.send(text, { binary: this.#options.binary ?? false });
  }

  close(): void {
    this.#webSocket.close();
  }
}
