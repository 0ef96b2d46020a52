import type { Request, Response } from 'express';
import type WebSocket from 'ws';
import type { EventContent, EventMessage } from './event-content.js';
import { acceptWebSocket } from './web-socket.js';

/** A client that lets so many bytes pile up does not keep up; it is cut off and takes up where it was. */
const mostBuffered = 1_048_576;

/** Sends events until the client is gone or they end. */
export async function sendEvents(request: Request, response: Response, content: EventContent): Promise<void> {
  const gone = new AbortController();
  const socket = await acceptWebSocket(request, response);
  const client = socket ? overWebSocket(socket, gone) : overHttp(response, gone);
  try {
    for await (const message of content.follow(gone.signal)) {
      client.send(message);
      if (client.buffered() > mostBuffered) break;
    }
  } finally {
    gone.abort();
    client.close();
  }
}

interface Client {
  send(message: EventMessage): void;
  buffered(): number;
  close(): void;
}

function overHttp(response: Response, gone: AbortController): Client {
  response.once('close', () => gone.abort());
  response.status(200).setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  // Proxies that gather answers (nginx) would hold events back.
  response.setHeader('X-Accel-Buffering', 'no');
  response.flushHeaders();
  return {
    send: (message) => response.write(serverSentEvent(message)),
    buffered: () => response.writableLength,
    close: () => response.end(),
  };
}

/** As server-sent events have it (HTML Standard 9.2): the number is the id, so that `Last-Event-ID` takes up where one was. */
export function serverSentEvent(message: EventMessage): string {
  if (!('data' in message)) return ': alive\n\n';
  const id = message.number === undefined ? '' : `id: ${message.number}\n`;
  return `${id}event: ${message.type}\ndata: ${JSON.stringify(message.data)}\n\n`;
}

function overWebSocket(socket: WebSocket, gone: AbortController): Client {
  socket.once('close', () => gone.abort());
  socket.on('error', () => gone.abort());
  return {
    send(message) {
      if ('data' in message) socket.send(JSON.stringify(message));
      else socket.ping();
    },
    buffered: () => socket.bufferedAmount,
    close: () => socket.close(1001),
  };
}
