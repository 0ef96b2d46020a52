import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProgramMissingError } from './data-server-errors.js';
import { processAlive } from './process-alive.js';
import { startRedisServer } from './redis-server.js';

const here = fileURLToPath(new URL('./redis-server.js', import.meta.url));

describe('startRedisServer', () => {
  let dataFolder: string;
  const stops: (() => Promise<void>)[] = [];

  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'hookswitch-redis-test-'));
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  async function start() {
    const server = await startRedisServer({ dataFolder });
    stops.push(server.stop);
    return server;
  }

  it('uses the address it is given, shows it without its password and stops nothing', async () => {
    const server = await startRedisServer({ url: 'redis://:hidden@10.0.0.1:6379/2', dataFolder });
    expect(server.uri).toBe('redis://:hidden@10.0.0.1:6379/2');
    expect(server.description).toBe('Redis at redis://…@10.0.0.1:6379/2 (REDIS_URL)');
    await server.stop();
    expect(existsSync(join(dataFolder, 'redis'))).toBe(false);
  });

  it('keeps what was written when it is stopped and started again', async () => {
    const first = await start();
    await withRedis(first.uri, (redis) => redis.set('greeting', 'hello'));
    await first.stop();
    const second = await start();
    expect(await withRedis(second.uri, (redis) => redis.get('greeting'))).toBe('hello');
  });

  it('gives two that ask at once the same server, and only the owner stops it', async () => {
    const other = await startElsewhere(dataFolder, 'false');
    stops.push(async () => {
      await endElsewhere(other.child);
      await (await startRedisServer({ dataFolder })).stop();
    });
    const mine = await start();
    expect(mine.uri).toBe(other.uri);
    await mine.stop();
    expect(await withRedis(mine.uri, (redis) => redis.ping())).toBe('PONG');
  });

  it('is found again, and then stopped, after its owner was killed', async () => {
    const other = await startElsewhere(dataFolder, 'false');
    await endElsewhere(other.child);
    const mine = await start();
    expect(mine.uri).toBe(other.uri);
    await mine.stop();
    await expect(withRedis(mine.uri, (redis) => redis.ping())).rejects.toThrow();
  });

  it('goes, and its folder with it, when the tests that started it are killed', async () => {
    const other = await startElsewhere(dataFolder, 'true');
    const pid = await withRedis(other.uri, async (redis) => Number(/process_id:(\d+)/.exec(await redis.info())?.[1]));
    expect(processAlive(pid)).toBe(true);
    await endElsewhere(other.child);
    await expect.poll(() => processAlive(pid), { timeout: 30_000 }).toBe(false);
    await expect.poll(() => existsSync(join(dataFolder, 'redis')), { timeout: 30_000 }).toBe(false);
  });

  it('names the package where the program is missing', async () => {
    const path = process.env.PATH;
    try {
      process.env.PATH = '/nowhere';
      // Debian also has it in /usr/bin only, so an empty PATH hides it.
      await expect(startRedisServer({ dataFolder })).rejects.toThrow(ProgramMissingError);
    } finally {
      process.env.PATH = path;
    }
  });
});

async function withRedis<T>(uri: string, action: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(uri, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await action(redis);
  } finally {
    redis.disconnect();
  }
}

/** Starts the server from a process of its own, which we can kill. */
async function startElsewhere(
  dataFolder: string,
  throwaway: 'true' | 'false',
): Promise<{ child: ChildProcess; uri: string }> {
  const program = `
    const { startRedisServer } = await import(${JSON.stringify(here)});
    const server = await startRedisServer({ dataFolder: ${JSON.stringify(dataFolder)}, throwaway: ${throwaway} });
    console.log(server.uri);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, uri: line.toString().trim() };
}

async function endElsewhere(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
