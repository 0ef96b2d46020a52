import { mkdirSync, realpathSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { addressForPeople, type DataServer, existingServer } from './data-server.js';
import { ProgramMissingError } from './data-server-errors.js';
import { findProgram } from './find-program.js';
import { startKeptProcess } from './kept-process.js';

export interface RedisServerOptions {
  /** `REDIS_URL`: use this one and start none. */
  readonly url?: string | undefined;
  /** Folder for everything we keep, absolute (`…/.hookswitch`). Ours is `redis` in it. */
  readonly dataFolder: string;
  /** Keep nothing on disk, and die with this process whatever ends it. For tests. */
  readonly throwaway?: boolean;
}

/** Databases of a throwaway Redis: enough that each platform under test has one of its own. */
export const throwawayRedisDatabases = 4096;

/** Finds or starts a Redis. Rejects with `ProgramMissingError` or `DataServerNotReadyError`. */
export async function startRedisServer(options: RedisServerOptions): Promise<DataServer> {
  if (options.url) return existingServer(options.url, `Redis at ${addressForPeople(options.url)} (REDIS_URL)`);
  const program = findProgram('redis-server');
  if (program === undefined) {
    throw new ProgramMissingError(
      'redis-server',
      'Install it (Debian: apt-get install redis-server; macOS: brew install redis) or set REDIS_URL.',
    );
  }
  const folder = join(options.dataFolder, 'redis');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const data = realpathSync(folder);
  const throwaway = options.throwaway ?? false;
  const server = await startKeptProcess({
    name: 'redis-server',
    folder,
    program,
    arguments: (port) => [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', ''],
      ...['--appendonly', throwaway ? 'no' : 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'],
      ...(throwaway ? ['--databases', String(throwawayRedisDatabases)] : []),
      ...['--daemonize', 'no', '--set-proc-title', 'no'],
    ],
    answers: (port) => redisAnswers(port, data),
    startTimeoutMs: 60_000,
    endsWithUs: throwaway,
  });
  return {
    uri: `redis://127.0.0.1:${server.port}`,
    description: throwaway
      ? `a private Redis on port ${server.port}, in memory only`
      : `a private Redis on port ${server.port}, data in ${folder}; good for development and one small machine`,
    stop: server.stop,
  };
}

/** Whether the Redis that keeps its data in `folder` answers there, and has loaded it. */
function redisAnswers(port: number, folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    let reply = '';
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.on('data', (bytes) => {
      reply += bytes.toString();
      if (reply.startsWith('-') || reply.includes('-LOADING')) finish(false);
      else if (reply.endsWith('+PONG\r\n')) finish(reply.includes(`\r\n${folder}\r\n`));
    });
    socket.write('CONFIG GET dir\r\nPING\r\n');
  });
}
