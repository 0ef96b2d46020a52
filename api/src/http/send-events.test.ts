import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Request, Response } from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { EventMessage } from '../operation/event-content.js';
import { mostBuffered, sendEvents } from './send-events.js';
import { upgradesThrough } from './web-socket.js';

describe('events as an answer', () => {
  let server: Server;
  let patienceMs: number;
  beforeEach(() => {
    patienceMs = 50;
  });
  afterEach(() => server.close());

  /** Serves these events; `over` resolves when the answer to the first client is done and its connection gone. */
  async function serve(
    follow: (gone: AbortSignal) => AsyncIterable<EventMessage>,
    opened: (response: Response) => void = () => {},
  ) {
    let over = () => {};
    const isOver = new Promise<void>((resolve) => (over = resolve));
    const app = async (request: unknown, response: unknown) => {
      const { socket } = request as Request;
      const closed = new Promise((resolve) => socket.once('close', resolve));
      opened(response as Response);
      await sendEvents(request as Request, response as Response, { type: 'text/event-stream', follow }, patienceMs);
      await closed;
      over();
    };
    server = createServer((request, response) => {
      void app(request, Object.assign(response, { status: () => response }));
    });
    server.on(
      'upgrade',
      upgradesThrough((request, response) => void app(request, response)),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as AddressInfo).port, isOver };
  }

  it('cut off who does not read, and keep nothing for it', async () => {
    const { port, isOver } = await serve(async function* (gone) {
      while (!gone.aborted) yield { type: 'large', data: { text: 'x'.repeat(65_536) } };
    });
    const idle: Socket = connect(port, '127.0.0.1', () => idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    idle.on('error', () => {}).pause();
    await isOver;
    idle.destroy();
  });

  it('pile up a little only for who does not read', async () => {
    let most = 0;
    let held: Response | undefined;
    const { port, isOver } = await serve(
      async function* (gone) {
        while (!gone.aborted) {
          most = Math.max(most, held!.writableLength);
          yield { type: 'small', data: { text: 'x'.repeat(1000) } };
        }
      },
      (response) => (held = response),
    );
    const idle: Socket = connect(port, '127.0.0.1', () => idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    idle.on('error', () => {}).pause();
    await isOver;
    expect(most).toBeGreaterThan(mostBuffered / 2);
    expect(most).toBeLessThan(mostBuffered + 2000);
    idle.destroy();
  });

  it('may be large and many at once for who reads', async () => {
    patienceMs = 60_000;
    const { port } = await serve(async function* () {
      for (let n = 0; n < 100; n += 1) yield { type: 'large', data: { text: 'x'.repeat(65_536) } };
    });
    const text = await (await fetch(`http://127.0.0.1:${port}`)).text();
    expect(text.match(/event: large/g)).toHaveLength(100);
  });

  it('over WebSocket end for who answers no ping: its network is gone', async () => {
    let pinged = () => {};
    const ping = new Promise<void>((resolve) => (pinged = resolve));
    const { port, isOver } = await serve(async function* (gone) {
      yield { type: 'alive' };
      await ping;
      if (!gone.aborted) yield { type: 'alive' };
      await new Promise((resolve) => gone.addEventListener('abort', resolve));
    });
    const client = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong: false });
    client.once('ping', pinged);
    const code = await new Promise((resolve) => client.once('close', resolve));
    expect(code).toBe(1006);
    await isOver;
  });
});
