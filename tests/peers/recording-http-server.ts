import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { History } from './history.js';

/** A request that came, with what its signature was worth (Standard Webhooks, checked by the npm package of that name). */
export interface RecordedRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signature: 'valid' | 'invalid' | 'missing' | 'not-checked';
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What a server does with a request. */
export interface Reply {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Answers only so long after. */
  readonly delayMs?: number;
  /** Closes the connection without an answer. */
  readonly drop?: boolean;
  /** Keeps the connection and never answers. */
  readonly hang?: boolean;
}

export interface RecordingServerOptions {
  /** `whsec_…`; any of several is good, as while a secret is being rotated. Without one nothing is checked. */
  readonly secrets?: readonly string[];
}

/** An HTTP server on a free port of the loopback address that keeps every request. */
export class RecordingHttpServer {
  readonly requests: History<RecordedRequest>;
  /** May be changed while it runs. */
  secrets: readonly string[];
  readonly #reply: (request: RecordedRequest) => Reply | Promise<Reply>;
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();
  #server: Server | undefined;
  #port = 0;

  private constructor(
    name: string,
    options: RecordingServerOptions,
    reply: (request: RecordedRequest) => Reply | Promise<Reply>,
  ) {
    this.requests = new History(
      name,
      (request) => `${request.method} ${request.path} (signature ${request.signature})`,
    );
    this.secrets = options.secrets ?? [];
    this.#reply = reply;
  }

  static async start(
    name: string,
    options: RecordingServerOptions,
    reply: (request: RecordedRequest) => Reply | Promise<Reply>,
  ): Promise<RecordingHttpServer> {
    const server = new RecordingHttpServer(name, options, reply);
    await server.comeBack();
    return server;
  }

  /** An address on this server. */
  url(path = '/'): string {
    return `http://127.0.0.1:${this.#port}${path}`;
  }

  /** Stops listening and cuts every connection: the next request finds nobody. */
  async goDown(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Listens again, on the port it had. */
  async comeBack(): Promise<void> {
    if (this.#server) return;
    const server = createServer(
      (request, response) => void this.#handle(request, response).catch(() => response.destroy()),
    );
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** For good. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.goDown();
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const body = Buffer.concat(pieces).toString();
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const request: RecordedRequest = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
      signature: this.#signatureOf(headers, body),
      at: Date.now(),
    };
    const reply = await this.#reply(request);
    this.requests.add(request);
    if (reply.drop) incoming.socket.destroy();
    if (reply.drop || reply.hang) return;
    if (reply.delayMs !== undefined) await sleep(reply.delayMs, undefined, { signal: this.#closing.signal });
    response.writeHead(reply.status ?? 200, { ...reply.headers }).end(reply.body ?? '');
  }

  #signatureOf(headers: Record<string, string>, body: string): RecordedRequest['signature'] {
    if (this.secrets.length === 0) return 'not-checked';
    if (headers['webhook-signature'] === undefined) return 'missing';
    const valid = this.secrets.some((secret) => {
      try {
        new Webhook(secret).verify(body, headers);
        return true;
      } catch {
        return false;
      }
    });
    return valid ? 'valid' : 'invalid';
  }
}
