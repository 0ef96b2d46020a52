import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freeUdpPorts } from '../free-udp-ports.js';
import { PeerProcess } from '../peer-process.js';
import { within } from '../within.js';

const configuration = fileURLToPath(new URL('../../../../deploy/rtpengine/rtpengine.conf', import.meta.url));

export interface OwnRtpengineOptions {
  /** Media ports it may take. Default 200. */
  readonly ports?: number;
  /** Seconds without a packet after which it gives a session up. Default 60. */
  readonly timeoutSeconds?: number;
}

/** An rtpengine of a test's own, userspace only, on the loopback address: it can be killed, and comes back empty at the same place. */
export class OwnRtpengine {
  readonly port: number;
  readonly mediaPorts: { readonly low: number; readonly high: number };
  readonly #words: readonly string[];
  readonly #folder: string;
  #process: PeerProcess | undefined;

  private constructor(port: number, mediaPorts: OwnRtpengine['mediaPorts'], words: readonly string[], folder: string) {
    this.port = port;
    this.mediaPorts = mediaPorts;
    this.#words = words;
    this.#folder = folder;
  }

  static async start({ ports = 200, timeoutSeconds = 60 }: OwnRtpengineOptions = {}): Promise<OwnRtpengine> {
    const control = await freeUdpPorts(1);
    const first = mediaRange(ports);
    const folder = mkdtempSync(join(tmpdir(), 'rtpengine-'));
    const words = [
      // What we tell others to run.
      `--config-file=${configuration}`,
      '--foreground',
      '--log-stderr',
      '--log-level=5',
      '--interface=127.0.0.1',
      `--listen-ng=127.0.0.1:${control}`,
      `--port-min=${first}`,
      `--port-max=${first + ports - 1}`,
      `--timeout=${timeoutSeconds}`,
      `--pidfile=${join(folder, 'pid')}`,
    ];
    const rtpengine = new OwnRtpengine(control, { low: first, high: first + ports - 1 }, words, folder);
    await rtpengine.comeBack();
    return rtpengine;
  }

  /** `host:port` of its control. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get output(): string {
    return this.#process?.output ?? '';
  }

  /** Call-ids that it has. */
  async calls(): Promise<string[]> {
    const answer = await ask(this.port, 'd7:command4:list5:limiti1000ee');
    const list = /5:callsl(.*?)e6:result/s.exec(answer)?.[1] ?? '';
    return [...list.matchAll(/\d+:([\w.-]+?)(?=\d+:|$)/g)].map(([, id]) => id!);
  }

  /** What it has of a call, as it says it. */
  query(callId: string): Promise<string> {
    return ask(this.port, `d7:call-id${callId.length}:${callId}7:command5:querye`);
  }

  /** Ends it without a word. All its sessions are gone. */
  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    running?.kill();
    await running?.ended();
  }

  /** Starts it, empty. Resolves when it answers. */
  async comeBack(): Promise<void> {
    const running = PeerProcess.start('rtpengine', this.#words);
    this.#process = running;
    await running.until('rtpengine answers', answering(this.port));
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function answering(port: number): Promise<void> {
  for (;;) {
    const answer = await Promise.race([ask(port, 'd7:command4:pinge'), sleep(200)]).catch(() => undefined);
    if (answer?.includes('pong')) return;
    await sleep(20);
  }
}

/** Above what other peers take by number; rtpengine passes over ports that are taken. */
function mediaRange(ports: number): number {
  return 48_000 + 2 * Math.floor((Math.random() * (12_000 - ports)) / 2);
}

/** One command by hand: these tests share nothing with the product's client. */
function ask(port: number, command: string): Promise<string> {
  const socket: Socket = createSocket('udp4');
  const answer = new Promise<string>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('message', (bytes) => resolve(bytes.toString()));
    socket.connect(port, '127.0.0.1', () => socket.send(`test${Math.random()} ${command}`));
  });
  return within(answer, `rtpengine's answer to ${command}`).finally(() => socket.close());
}
