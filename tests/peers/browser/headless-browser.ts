import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { PeerProcess } from '../peer-process.js';
import { within } from '../within.js';

/** The program itself: what stands in the path is a script, which a signal ends alone. */
const program = '/usr/lib/chromium/chromium-headless-shell';

/** A real browser without a screen (Debian's chromium-headless-shell), driven by the DevTools protocol. */
export class HeadlessBrowser {
  readonly #process: PeerProcess;
  readonly #socket: WebSocket;
  readonly #folder: string;
  readonly #waiting = new Map<number, (answer: DevToolsAnswer) => void>();
  #lastId = 0;

  private constructor(running: PeerProcess, socket: WebSocket, folder: string) {
    this.#process = running;
    this.#socket = socket;
    this.#folder = folder;
    socket.on('message', (data) => {
      const answer = JSON.parse(String(data)) as DevToolsAnswer;
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer);
    });
  }

  static async start(): Promise<HeadlessBrowser> {
    const folder = mkdtempSync(join(tmpdir(), 'hookswitch-browser-'));
    const running = PeerProcess.start(existsSync(program) ? program : 'chromium-headless-shell', [
      '--no-sandbox',
      '--disable-gpu',
      '--remote-debugging-port=0',
      `--user-data-dir=${folder}`,
      // Sound plays without a click, into nothing.
      '--autoplay-policy=no-user-gesture-required',
      '--disable-audio-output',
      // Pages are told loopback addresses, and real ones.
      '--allow-loopback-in-peer-connection',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      'about:blank',
    ]);
    const url = await running.until('the browser takes commands', devToolsUrl(running));
    const socket = new WebSocket(url);
    await within(new Promise((resolve) => socket.once('open', resolve)), 'the browser to answer');
    return new HeadlessBrowser(running, socket, folder);
  }

  /** Opens a page; resolves with what runs code in it. */
  async page(): Promise<(code: string) => Promise<unknown>> {
    const { targetId } = await this.#ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.#ask('Target.attachToTarget', { targetId, flatten: true });
    return async (expression) => {
      const words = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await this.#ask('Runtime.evaluate', words, sessionId as string);
      if (exceptionDetails) throw new Error(`the page threw: ${JSON.stringify(exceptionDetails).slice(0, 500)}`);
      return (result as { value?: unknown }).value;
    };
  }

  async stop(): Promise<void> {
    await this.#ask('Browser.close', {}).catch(() => undefined);
    this.#socket.close();
    await this.#process.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #ask(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<DevToolsAnswer>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) }));
    const { result, error } = await within(answer, `the browser's answer to ${method}`);
    this.#waiting.delete(id);
    if (error) throw new Error(`the browser refuses ${method}: ${error.message}`);
    return result ?? {};
  }
}

interface DevToolsAnswer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

async function devToolsUrl(running: PeerProcess): Promise<string> {
  for (;;) {
    const url = /DevTools listening on (ws:\S+)/.exec(running.output)?.[1];
    if (url !== undefined) return url;
    await sleep(20);
  }
}
