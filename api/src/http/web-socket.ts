import { type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Request, Response } from 'express';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a client may speak (RFC 6455 1.9). Besides it a client may offer `bearer.<token>`, since browsers send no Authorization header here. */
const subprotocol = 'hookswitch';

const server = new WebSocketServer({
  noServer: true,
  // Clients have nothing to say.
  maxPayload: 1024,
  handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
});

const heads = new WeakMap<IncomingMessage, Buffer>();

/**
 * Gives requests for an upgrade (RFC 6455) to the app like all others, so that they are authenticated, checked and refused like these. What answers with
 * events calls `acceptWebSocket`; every other answer is plain HTTP. A wish for any other upgrade is not granted, and the request is answered as without it.
 */
export function upgradesThrough(app: RequestListener) {
  return function (this: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!asksForWebSocket(request)) {
      readAnew(this, request, socket, head);
      return;
    }
    socket.on('error', () => socket.destroy());
    const token = bearerOffered(request.headers['sec-websocket-protocol']);
    if (token !== undefined && request.headers.authorization === undefined) {
      request.headers.authorization = `Bearer ${token}`;
    }
    heads.set(request, head);
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
    response.once('finish', () => socket.end());
    app(request, response);
  };
}

/** The socket of a request that came through `upgradesThrough` for a WebSocket; undefined for others. Never resolves where the handshake is refused. */
export function acceptWebSocket(request: Request, response: Response): Promise<WebSocket> | undefined {
  const head = heads.get(request);
  if (!head) return undefined;
  const { socket } = request;
  response.detachSocket(socket);
  return new Promise((resolve) => server.handleUpgrade(request, socket, head, resolve));
}

function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/** Node stops reading where an upgrade is asked for, so that the body would be lost: the request is put back without the wish (RFC 9110 7.8). */
function readAnew(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`, 'Connection: close'];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name, value] = rawHeaders.slice(index, index + 2);
    if (!/^(upgrade|connection|http2-settings)$/i.test(name!)) lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket);
}

function bearerOffered(header: string | undefined): string | undefined {
  const offered = header?.split(',').map((protocol) => protocol.trim()) ?? [];
  return offered.find((protocol) => protocol.startsWith('bearer.'))?.slice('bearer.'.length);
}
