import { type IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
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
 * events calls `acceptWebSocket`; every other answer is plain HTTP.
 */
export function upgradesThrough(app: RequestListener) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
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
  if (!head || request.headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
  const { socket } = request;
  response.detachSocket(socket);
  return new Promise((resolve) => server.handleUpgrade(request, socket, head, resolve));
}

function bearerOffered(header: string | undefined): string | undefined {
  const offered = header?.split(',').map((protocol) => protocol.trim()) ?? [];
  return offered.find((protocol) => protocol.startsWith('bearer.'))?.slice('bearer.'.length);
}
