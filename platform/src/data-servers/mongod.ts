import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DataServer } from './data-server.js';
import { startKeptProcess } from './kept-process.js';
import { logSays, tcpAnswers } from './tcp-answers.js';

/** Where a private server keeps its data, and whether it keeps it at all. */
export interface DataPlace {
  readonly dataFolder: string;
  readonly throwaway: boolean;
}

/** Starts a real mongod, on the loopback address only. */
export async function startMongod(program: string, place: DataPlace): Promise<DataServer> {
  const folder = join(place.dataFolder, 'mongod');
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const server = await startKeptProcess({
    name: 'mongod',
    folder,
    program,
    arguments: (port) => ['--dbpath', data, '--bind_ip', '127.0.0.1', '--port', String(port), '--quiet'],
    answers: async (port) => logSays(join(folder, 'server.log'), 'Waiting for connections') && (await tcpAnswers(port)),
    startTimeoutMs: 60_000,
    endsWithUs: place.throwaway,
  });
  return {
    uri: `mongodb://127.0.0.1:${server.port}`,
    description: `a private mongod (${program}) on port ${server.port}, data in ${folder}; good for one machine, without replicas`,
    stop: server.stop,
  };
}
