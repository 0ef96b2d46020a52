import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { headerOf, readSip } from '../tone-phone/sip-text.js';

/** INVITE is sent again after so long, as RFC 3261 17.1.1.2 has it with a shorter T1. */
const repeatsMs = [0, 500, 1000, 1500];
const giveUpMs = 6_000;

export interface CallAnswer {
  readonly status: number;
  /** The Server header. */
  readonly server: string | undefined;
}

/** Callers with nothing but a socket on some loopback address. */
export const Caller = {
  /** Calls; resolves with the final answer, or undefined where there was none. */
  async call(from: string, port: number, headers: readonly string[] = []): Promise<CallAnswer | undefined> {
    const socket = await bound(from);
    try {
      const id = randomUUID();
      const invite = request('INVITE', socket, id, headers);
      const answered = new Promise<CallAnswer>((resolve) => {
        socket.on('message', (bytes) => {
          const answer = readSip(bytes.toString());
          if (!answer || (answer.status ?? 0) < 200) return;
          socket.send(request('ACK', socket, id), port, '127.0.0.1');
          resolve({ status: answer.status ?? 0, server: headerOf(answer, 'Server') });
        });
      });
      const over = new AbortController();
      const sending = (async () => {
        for (const after of repeatsMs) {
          await sleep(after, undefined, { signal: over.signal });
          socket.send(invite, port, '127.0.0.1');
        }
        await sleep(giveUpMs - repeatsMs.reduce((sum, each) => sum + each), undefined, { signal: over.signal });
      })().catch(() => undefined);
      const found = await Promise.race([answered, sending.then(() => undefined)]);
      over.abort();
      await sending;
      return found;
    } finally {
      socket.close();
    }
  },

  /** Some hundred REGISTERs, as fast as they go. */
  async flood(from: string, port: number): Promise<void> {
    const socket = await bound(from);
    for (let n = 0; n < 300; n += 1) {
      await new Promise<void>((resolve) => {
        socket.send(request('REGISTER', socket, randomUUID()), port, '127.0.0.1', () => resolve());
      });
      if (n % 20 === 19) await sleep(5);
    }
    await sleep(200);
    socket.close();
  },
};

function request(method: string, socket: Socket, id: string, headers: readonly string[] = []): string {
  const { address, port } = socket.address();
  return [
    `${method} sip:+14155550100@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:${port};branch=z9hG4bK${id};rport`,
    'Max-Forwards: 70',
    `From: <sip:probe@${address}>;tag=${id.slice(0, 8)}`,
    'To: <sip:+14155550100@127.0.0.1>',
    `Call-ID: ${id}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:probe@${address}:${port}>`,
    ...headers,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

function bound(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  return new Promise((resolve) => socket.bind(0, address, () => resolve(socket)));
}
