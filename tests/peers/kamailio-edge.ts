import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PeerProcess } from './peer-process.js';
import { within } from './within.js';

const deployFolder = join(dirname(fileURLToPath(import.meta.url)), '../../../deploy/kamailio');

export interface KamailioEdgeOptions {
  /** The loopback address of its outer sockets. Default 127.0.0.1. */
  readonly host?: string;
  /** Whether it listens on ::1, too, at the same ports. */
  readonly ipv6?: boolean;
  /** Files with its certificate and key: then it listens on TLS (and for WebSocket over it) as well. */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
  /** How long a connection may be silent over which nothing was taken. Default: as installations have it. */
  readonly strangerSeconds?: number;
}

/** A real Kamailio, started as an installation starts it: `deploy/kamailio/start` with addresses by environment. */
export class KamailioEdge {
  /** Where the world speaks to it, UDP and TCP. */
  readonly port: number;
  /** Where it speaks with nodes, UDP and TCP, on 127.0.0.1. */
  readonly innerPort: number;
  /** Where it takes JSON-RPC. */
  readonly rpcUrl: string;
  /** TLS, where it was asked for. */
  readonly tlsPort: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'edge-'));
  readonly #options: KamailioEdgeOptions;
  #process: PeerProcess | undefined;

  /** What nodes behind it are set up with. */
  get nodeSettings(): Readonly<Record<'SIP_EDGES' | 'EDGE_KAMAILIO_RPC', string>> {
    return { SIP_EDGES: `udp:127.0.0.1:${this.innerPort}`, EDGE_KAMAILIO_RPC: this.rpcUrl };
  }

  private constructor(firstPort: number, options: KamailioEdgeOptions) {
    this.port = firstPort;
    this.innerPort = firstPort + 1;
    this.tlsPort = firstPort + 2;
    this.rpcUrl = `http://127.0.0.1:${firstPort + 3}/rpc`;
    this.#options = options;
  }

  /** Takes its ports, and starts nothing: nodes want to know them first. */
  static async reserve(options: KamailioEdgeOptions = {}): Promise<KamailioEdge> {
    return new KamailioEdge(await freePorts(4), options);
  }

  static async start(options: KamailioEdgeOptions = {}): Promise<KamailioEdge> {
    const edge = await KamailioEdge.reserve(options);
    await edge.start().catch(async (error: unknown) => {
      await edge.stop();
      throw error;
    });
    return edge;
  }

  /** Resolves when it answers JSON-RPC. */
  async start(): Promise<void> {
    const { host = '127.0.0.1', ipv6 = false, tls, strangerSeconds } = this.#options;
    const listen = [host, ...(ipv6 ? ['[::1]'] : [])].flatMap((each) => [
      `udp:${each}:${this.port}`,
      `tcp:${each}:${this.port}`,
      ...(tls ? [`tls:${each}:${this.tlsPort}`] : []),
    ]);
    const env = {
      EDGE_RUN: this.#folder,
      EDGE_LISTEN: listen.join(),
      EDGE_INNER: `127.0.0.1:${this.innerPort}`,
      EDGE_RPC: new URL(this.rpcUrl).host,
      EDGE_WORKERS: '2',
      ...(strangerSeconds === undefined ? {} : { EDGE_STRANGER_SECONDS: String(strangerSeconds) }),
      ...(tls ? { EDGE_TLS_CERTIFICATE_FILE: tls.certificateFile, EDGE_TLS_KEY_FILE: tls.keyFile } : {}),
      // Nobody is verified. Reading the system's whole list, which each worker does, takes 5 s of CPU.
      ...(tls ? { EDGE_TLS_CA_FILE: tls.certificateFile } : {}),
      ...(tls ? { EDGE_WEBSOCKET: 'yes', EDGE_TLS_VERIFY_CARRIERS: 'no' } : {}),
    };
    const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    this.#process = PeerProcess.start('env', [...words, join(deployFolder, 'start')], { cwd: this.#folder });
    await this.#process.until('the edge answers', this.#answers());
  }

  /** Id of its first process, whose children do the work. */
  get pid(): number {
    return Number(readFileSync(join(this.#folder, 'pid'), 'utf8'));
  }

  get output(): string {
    return this.#process?.output ?? '';
  }

  /** One JSON-RPC command; rejects with Kamailio's own words. */
  async command(method: string, params: readonly (string | number)[] = []): Promise<unknown> {
    const response = await fetch(this.rpcUrl, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Tells it by hand what the platform would: these nodes, and these trunks. */
  async configure(nodes: readonly string[], trunks: readonly string[] = []): Promise<void> {
    for (const node of nodes) await this.command('dispatcher.add', [1, node, 8, 0, 'rweight=50']);
    for (const address of trunks) await this.command('htable.sets', ['trunk', address, '1']);
    await this.command('htable.sets', ['edge', 'revision', 'by hand']);
  }

  /** Ends it and forgets nothing: `start` brings it back on the same addresses. */
  async halt(): Promise<void> {
    const workers = existsSync(join(this.#folder, 'pid')) ? childrenOf(this.pid) : [];
    await this.#process?.stop();
    this.#process = undefined;
    // One that did not end in time was killed, and leaves its workers behind.
    for (const pid of childrenOf(1).filter((each) => workers.includes(each))) process.kill(pid, 'SIGKILL');
  }

  async stop(): Promise<void> {
    await this.halt();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<void> {
    const asked = (async () => {
      while (!(await this.command('core.uptime').then(Boolean, () => false))) await sleep(30);
    })();
    await within(asked, 'JSON-RPC of the edge');
  }
}

function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((each) => parentOf(each) === pid);
}

/** proc(5): the second word after the name, which is in parentheses. Undefined where it has ended. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** Neighbouring ports of TCP and UDP alike, below those that the system gives to connections, which come and go. */
async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = 12_000 + 2 * Math.floor(Math.random() * 9_000);
    const free = await Promise.all(Array.from({ length: count }, (_, n) => isFree(first + n)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`no ${count} neighbouring ports are free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
