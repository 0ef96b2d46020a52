import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { SipTarget } from '../sip/flow.js';
import { bindServer } from './bind-server.js';
import {
  type ConnectionCaps,
  defaultConnectionCaps,
  type SipListenOptions,
  type SipReceiver,
  type SipSocket,
} from './sip-network.js';
import { WebSocketConnections } from './web-socket-connections.js';

/** How long a client may take for TLS and for its handshake, milliseconds. */
const handshakeMs = 10_000;
/** Most parts of one message. */
const maxFragments = 128;

/**
 * SIP over WebSocket, `ws` or `wss` (RFC 7118): subprotocol `sip`, one message a frame, text or binary. It only takes connections: a browser cannot be called
 * but on the one it opened. What asks for something else than a WebSocket, another subprotocol, or comes from an origin that is not listed, is refused in HTTP.
 */
export async function openSipWebSocketEndpoint(options: SipListenOptions, receiver: SipReceiver): Promise<SipSocket> {
  const { tls } = options;
  const transport = options.transport === 'wss' ? 'wss' : 'ws';
  if (transport === 'wss' && !tls) throw new Error('a secure WebSocket listener needs a certificate and its key');
  const caps: ConnectionCaps = { ...defaultConnectionCaps, ...options.caps };
  const connections = new WebSocketConnections(transport, receiver, caps);
  const limits = {
    headersTimeout: handshakeMs,
    requestTimeout: handshakeMs,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 8_192,
  };
  const server: HttpServer =
    transport === 'wss' && tls
      ? createHttpsServer({
          ...limits,
          cert: tls.cert,
          key: tls.key,
          minVersion: 'TLSv1.2',
          handshakeTimeout: handshakeMs,
        })
      : createHttpServer(limits);
  // Counted before TLS and the handshake, which are what a flood would stay in.
  server.on('connection', (socket: Socket) => connections.count(socket));
  server.on('tlsClientError', (_error: Error, socket: Duplex) => socket.destroy());
  server.on('clientError', (_error: Error, socket: Duplex) => socket.destroy());
  server.on('request', (request, response) => {
    response.writeHead(426, { Connection: 'close', Upgrade: 'websocket' }).end();
    request.resume();
  });
  const upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: caps.maxMessageBytes,
    maxFragments,
    handleProtocols: () => subprotocol,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request, options.origins ?? []);
    if (refusal !== undefined) refuse(socket, refusal);
    else upgrader.handleUpgrade(request, socket, head, (webSocket) => connections.accept(webSocket, socket));
  });
  await bindServer(server, options);
  const bound = server.address() as { address: string; port: number };
  return {
    transport,
    address: bound.address,
    port: bound.port,
    get connections() {
      return connections.size;
    },
    send: (target: SipTarget, bytes: Buffer) => connections.send(target, bytes),
    closeConnection: (id) => connections.close(id),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await connections.closeAll();
      server.closeAllConnections();
      await closed;
    },
  };
}

const subprotocol = 'sip';

/** Why a handshake is refused, as an HTTP status line; undefined where it is not. No Origin is no browser (RFC 6455 10.2). */
function refusalOf({ headers }: IncomingMessage, origins: readonly string[]): string | undefined {
  const { origin } = headers;
  if (origin !== undefined && origins.length > 0 && !origins.includes(origin.toLowerCase())) return '403 Forbidden';
  const offered = headers['sec-websocket-protocol']?.split(',').map((each) => each.trim().toLowerCase()) ?? [];
  // RFC 7118 4: the server closes where the client does not speak SIP.
  return offered.includes(subprotocol) ? undefined : '400 Bad Request';
}

function refuse(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
