import { setTimeout as pause } from 'node:timers/promises';
import type { Request, Response } from 'express';
import type WebSocket from 'ws';
import type { EventContent, EventMessage } from '../operation/event-content.js';
import { acceptWebSocket } from './web-socket.js';

/** Where so many bytes pile up, besides what the kernel takes, nothing more is read for the client until it took them: thousands who do not read cost little. */
export const mostBuffered = 65_536;
/** A client that takes them no sooner does not keep up; it is cut off and takes up where it was. Milliseconds. */
const mostPatienceMs = 10_000;
/** A client has so long to take what was sent when the events are over, milliseconds. */
const closingMs = 30_000;

/** Sends events until the client is gone or they end. */
export async function sendEvents(
  request: Request,
  response: Response,
  content: EventContent,
  patienceMs: number = mostPatienceMs,
): Promise<void> {
  const gone = new AbortController();
  const socket = await acceptWebSocket(request, response);
  const client = socket ? overWebSocket(socket, gone) : overHttp(response, gone);
  try {
    for await (const message of content.follow(gone.signal)) {
      const taken = client.send(message);
      if (client.buffered() > mostBuffered && !(await within(patienceMs, taken))) break;
    }
  } finally {
    gone.abort();
    client.close();
  }
}

async function within(ms: number, done: Promise<void>): Promise<boolean> {
  const late = new AbortController();
  try {
    return await Promise.race([done.then(() => true), pause(ms, false, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}

interface Client {
  /** Resolves when all of it left, or the client is gone. */
  send(message: EventMessage): Promise<void>;
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
    send: (message) => new Promise((resolve) => response.write(serverSentEvent(message), () => resolve())),
    buffered: () => response.writableLength,
    close() {
      const late = setTimeout(() => response.destroy(), response.writableLength > mostBuffered ? 0 : closingMs);
      response.once('close', () => clearTimeout(late));
      response.end();
    },
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
  let answers = true;
  socket.on('pong', () => (answers = true));
  return {
    send(message) {
      if ('data' in message) return new Promise((resolve) => socket.send(JSON.stringify(message), () => resolve()));
      // A network that was cut closes no connection: who left the last ping unanswered is gone.
      if (!answers) socket.terminate();
      else socket.ping();
      answers = false;
      return Promise.resolve();
    },
    buffered: () => socket.bufferedAmount,
    close: () => socket.close(1001),
  };
}
