import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { OtherHost } from './other-host.js';

export interface OwnRedisOptions {
  /** Whether it writes an append-only file, which `copy` needs. Default false. */
  readonly keeps?: boolean;
  /** The host that it runs on. Default: this one, on the loopback address. */
  readonly on?: OtherHost;
}

/** A Redis of a test's own: it can be killed, and comes back at the same address, empty, or with what it had a while ago. */
export class OwnRedis {
  readonly #port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'own-redis-'));
  readonly #keeps: boolean;
  readonly #on: OtherHost | undefined;
  #program: ChildProcess | undefined;

  private constructor(port: number, { keeps = false, on }: OwnRedisOptions) {
    this.#port = port;
    this.#keeps = keeps;
    this.#on = on;
    process.once('exit', () => rmSync(this.#folder, { recursive: true, force: true }));
  }

  static async start(options: OwnRedisOptions = {}): Promise<OwnRedis> {
    const redis = new OwnRedis(await freePort(), options);
    await redis.comeBack();
    return redis;
  }

  get url(): string {
    return this.urlAt(this.#on?.addresses.steady ?? '127.0.0.1');
  }

  /** Its URL by another address of its host. */
  urlAt(address: string): string {
    return `redis://${address}:${this.#port}/0`;
  }

  /** Keeps what it has written by now, for `comeBackOlder`. */
  copy(): void {
    cpSync(join(this.#folder, 'appendonlydir'), join(this.#folder, 'older'), { recursive: true });
  }

  /** Starts it with what it had when it was copied: what came after is lost, as the last second is when a machine dies. */
  async comeBackOlder(): Promise<void> {
    rmSync(join(this.#folder, 'appendonlydir'), { recursive: true });
    cpSync(join(this.#folder, 'older'), join(this.#folder, 'appendonlydir'), { recursive: true });
    await this.comeBack();
  }

  /** Ends it without a word. Unless it keeps an append-only file, all that it had is gone. */
  async kill(): Promise<void> {
    const program = this.#program;
    this.#program = undefined;
    if (!program) return;
    const ended = once(program, 'exit');
    program.kill('SIGKILL');
    await ended;
  }

  /** Starts it. Resolves when it answers. */
  async comeBack(): Promise<void> {
    const bind = this.#on ? ['--bind', '*', '--protected-mode', 'no'] : ['--bind', '127.0.0.1'];
    const [word, ...before] = [...(this.#on?.inside ?? []), 'redis-server'];
    const where = [...before, ...bind, '--port', String(this.#port)];
    const keeping = ['--appendonly', this.#keeps ? 'yes' : 'no', '--appendfsync', 'always'];
    const program = spawn(word!, [...where, '--save', '', '--dir', this.#folder, ...keeping], {
      stdio: 'ignore',
    });
    // A test that dies leaves nothing behind.
    process.once('exit', () => program.kill('SIGKILL'));
    this.#program = program;
    const client = new Redis(this.url, { maxRetriesPerRequest: null, retryStrategy: () => 100 });
    client.on('error', () => {});
    await client.ping();
    client.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
