import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { throwawayRedisDatabases } from '@hookswitch/platform/data-servers/redis-server';
import { freeUdpPorts } from '../peers/free-udp-ports.js';
import { within } from '../peers/within.js';
import { ApiClient } from './api-client.js';

const program = fileURLToPath(new URL('../../../platform/start.sh', import.meta.url));

/** Timings that suit a test: nothing waits out the 32 seconds of RFC 3261, and a stopping node does not wait for calls. */
export const quickSettings = {
  SIP_T1_MS: '50',
  CONTACT_CENTRE_CACHE_MS: '40',
  DRAIN_SECONDS: '0.1',
  LOG_LEVEL: 'info',
  ALLOWED_PRIVATE_TARGETS: '127.0.0.0/8',
  SIP_PRIVATE_TARGETS: '127.0.0.0/8',
} as const satisfies Readonly<Record<string, string>>;

export interface PlatformProcessOptions {
  /** Environment variables on top of quick ones for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Share the data of another process: its folder. Made for this one and removed with it otherwise. */
  readonly dataFolder?: string;
  /** Give each line of its output, for the demo. */
  readonly onLine?: (line: string) => void;
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/** A log line of the platform. */
interface LogLine {
  readonly msg?: string;
  readonly http?: string;
  readonly probes?: string;
  readonly sip?: readonly string[];
}

/** The platform as a process of its own, started as `script/server` starts it. */
export class PlatformProcess {
  readonly dataFolder: string;
  /** Where the API listens; undefined without the `http` role. */
  readonly httpUrl: string | undefined;
  /** Where the probes have a port of their own. */
  readonly probesUrl: string | undefined;
  /** Where SIP listens, as `SIP_LISTEN` says it, with the ports that were free. */
  readonly listening: readonly string[];
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #output: readonly string[];
  readonly #ownFolder: boolean;

  private constructor(
    child: ChildProcess,
    ended: Promise<number | null>,
    output: readonly string[],
    ready: LogLine,
    folder: { readonly path: string; readonly own: boolean },
  ) {
    this.#child = child;
    this.#ended = ended;
    this.#output = output;
    this.#ownFolder = folder.own;
    this.dataFolder = folder.path;
    this.httpUrl = ready.http;
    this.probesUrl = ready.probes;
    this.listening = ready.sip ?? [];
  }

  /** Where SIP listens on UDP. */
  get sip(): Place | undefined {
    return this.sipOver('udp');
  }

  /** Where SIP listens on this transport. */
  sipOver(transport: string): Place | undefined {
    const [, host, port] = this.listening.find((one) => one.startsWith(`${transport}:`))?.split(':') ?? [];
    return host === undefined || port === undefined ? undefined : { host, port: Number(port) };
  }

  /** Starts it and resolves when it says that it is ready. Rejects with its output where it ends instead. */
  static async start(options: PlatformProcessOptions = {}): Promise<PlatformProcess> {
    const own = options.dataFolder === undefined;
    const path = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'hookswitch-'));
    const low = await freeUdpPorts(2);
    const child = spawn(program, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...dataOfItsOwn(),
        ...quickSettings,
        DATA_FOLDER: path,
        HTTP_PORT: '0',
        SIP_LISTEN: 'udp:127.0.0.1:0',
        RTP_PORT_LOW: String(Math.min(low, 61_000)),
        RTP_PORT_HIGH: String(Math.min(low, 61_000) + 4_000),
        ...options.settings,
      },
    });
    const output: string[] = [];
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const ready = new Promise<LogLine>((resolve, reject) => {
      void ended.then((code) => reject(new Error(`the platform ended with ${code}:\n${output.join('\n')}`)));
      const hear = (line: string) => {
        output.push(line);
        if (output.length > 5_000) output.shift();
        options.onLine?.(line);
        const log = parseLog(line);
        if (log?.msg === 'ready') resolve(log);
      };
      eachLine(child.stdout!, hear);
      eachLine(child.stderr!, hear);
    });
    ready.catch(() => {});
    try {
      const line = await within(ready, 'the platform to be ready', () => output.join('\n'), 100_000);
      return new PlatformProcess(child, ended, output, line, { path, own });
    } catch (error) {
      child.kill('SIGKILL');
      if (own) rmSync(path, { recursive: true, force: true });
      throw error;
    }
  }

  /** The first account, by the key that start-up left in the data folder. */
  get api(): ApiClient {
    return new ApiClient(this.httpUrl!, this.firstAccount.apiKey);
  }

  get firstAccount(): { readonly accountId: string; readonly apiKey: string; readonly signingSecret: string } {
    return JSON.parse(readFileSync(join(this.dataFolder, 'first-account.json'), 'utf8'));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** What it printed, one line an entry. */
  get output(): readonly string[] {
    return this.#output;
  }

  /** Resolves to its exit code once it has ended. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Ends it without a word, as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Ends it as an operator does, and removes its data where it was its own. Resolves to its exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    const code = await within(this.#ended, 'the platform to stop', () => this.#output.slice(-50).join('\n'));
    if (this.#ownFolder) rmSync(this.dataFolder, { recursive: true, force: true });
    return code;
  }
}

/** A database of its own on each of the test run's servers, where there are such. */
function dataOfItsOwn(): Record<string, string> {
  const { REDIS_URL, MONGODB_URI } = process.env;
  if (!REDIS_URL || !MONGODB_URI) return {};
  return {
    REDIS_URL: `${REDIS_URL.replace(/\/$/, '')}/${randomInt(16, throwawayRedisDatabases)}`,
    MONGODB_URI: `${MONGODB_URI.replace(/\/$/, '')}/platform_${randomUUID()}`,
  };
}

function parseLog(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}

function eachLine(stream: NodeJS.ReadableStream, hear: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) hear(line);
  });
}
