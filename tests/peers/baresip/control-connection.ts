import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { History } from '../history.js';
import { within } from '../within.js';

/** What baresip tells without being asked: `CALL_INCOMING`, `REGISTER_OK` … */
export interface BaresipEvent {
  readonly type: string;
  readonly param?: string;
  readonly [name: string]: unknown;
}

/** baresip's ctrl_tcp module: JSON in netstrings, commands and events over one connection. */
export class ControlConnection {
  readonly events = new History<BaresipEvent>('baresip events', (event) => `${event.type} ${event.param ?? ''}`);
  readonly #socket: Socket;
  readonly #waiting = new Map<string, (data: { ok: boolean; data: string }) => void>();
  #buffer = Buffer.alloc(0);
  #count = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', () => {});
  }

  /** Connects, trying again until somebody listens there. */
  static async open(port: number): Promise<ControlConnection> {
    for (;;) {
      const socket = await new Promise<Socket | undefined>((resolve) => {
        const attempt = createConnection({ host: '127.0.0.1', port }, () => resolve(attempt));
        attempt.once('error', () => resolve(undefined));
      });
      if (socket) return new ControlConnection(socket);
      await sleep(20);
    }
  }

  /** Gives a command; resolves with what it printed, rejects where baresip refuses it. */
  async command(command: string, params = ''): Promise<string> {
    const token = String((this.#count += 1));
    const answer = new Promise<{ ok: boolean; data: string }>((resolve) => this.#waiting.set(token, resolve));
    const text = JSON.stringify({ command, params, token });
    this.#socket.write(`${Buffer.byteLength(text)}:${text},`);
    const { ok, data } = await within(answer, `baresip's answer to ${command}`);
    if (!ok) throw new Error(`baresip refused ${command} ${params}: ${data}`);
    return data;
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    for (;;) {
      const colon = this.#buffer.indexOf(':');
      const length = Number(this.#buffer.subarray(0, Math.max(0, colon)).toString());
      if (colon < 0 || this.#buffer.length < colon + length + 2) return;
      const text = this.#buffer.subarray(colon + 1, colon + 1 + length).toString();
      this.#buffer = this.#buffer.subarray(colon + length + 2);
      this.#take(JSON.parse(text) as Record<string, unknown>);
    }
  }

  #take(message: Record<string, unknown>): void {
    if (message.event === true) {
      this.events.add(message as BaresipEvent);
    } else {
      const token = String(message.token);
      this.#waiting.get(token)?.({ ok: message.ok === true, data: String(message.data ?? '') });
      this.#waiting.delete(token);
    }
  }
}
