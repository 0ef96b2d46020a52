import { createSocket } from 'node:dgram';
import { WebSocket } from 'ws';
import type { Address } from './sip-address.js';

/** What carries a phone's SIP. */
export interface PhoneWire {
  /** Transport as it stands in Via. */
  readonly via: 'UDP' | 'WS' | 'WSS';
  /** Its own end; the port is of no use to others on WebSocket. */
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

/** A WebSocket as a browser opens it (RFC 7118). The server's certificate is believed. */
export async function webSocketWire(
  url: string,
  options: { binary?: boolean; origin?: string } = {},
): Promise<PhoneWire & { readonly webSocket: WebSocket }> {
  const { binary = false, origin } = options;
  const webSocket = new WebSocket(url, 'sip', {
    rejectUnauthorized: false,
    ...(origin === undefined ? {} : { origin }),
  });
  await new Promise<void>((resolve, reject) => {
    webSocket.once('open', resolve);
    webSocket.once('error', reject);
  });
  webSocket.on('error', () => undefined);
  const server = new URL(url);
  const far: Address = { host: server.hostname, port: Number(server.port) };
  const wire = {
    via: server.protocol === 'wss:' ? ('WSS' as const) : ('WS' as const),
    address: { host: '127.0.0.1', port: 0 },
    onMessage: (_text: string, _from: Address): void => undefined,
    send: (text: string | Uint8Array) => webSocket.send(text, { binary }),
    close: () => webSocket.close(),
    webSocket,
  };
  webSocket.on('message', (data) => wire.onMessage(String(data), far));
  return wire;
}
