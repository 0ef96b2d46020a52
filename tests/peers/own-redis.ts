import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';

/** A Redis of a test's own, which keeps nothing: it can be killed, and comes back empty at the same address. */
export class OwnRedis {
  readonly #port: number;
  #program: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
  }

  static async start(): Promise<OwnRedis> {
    const redis = new OwnRedis(await freePort());
    await redis.comeBack();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}/0`;
  }

  /** Ends it without a word. All that it had is gone. */
  async kill(): Promise<void> {
    const program = this.#program;
    this.#program = undefined;
    if (!program) return;
    const ended = once(program, 'exit');
    program.kill('SIGKILL');
    await ended;
  }

  /** Starts it, empty. Resolves when it answers. */
  async comeBack(): Promise<void> {
    const where = ['--bind', '127.0.0.1', '--port', String(this.#port)];
    const program = spawn('redis-server', [...where, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
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
