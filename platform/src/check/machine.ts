import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answers } from '@hookswitch/media/net/unix-socket';
import { findProgram } from '../data-servers/find-program.js';
import type { SocketSighting } from './media-socket-check.js';

export interface SocketAddress {
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

/** What the checks ask the machine. Answers are facts; what they mean is decided by the checks. */
export interface Machine {
  /** `free`, or the error code of trying to listen: EADDRINUSE, EADDRNOTAVAIL, EACCES … */
  tryListening(where: SocketAddress): Promise<string>;
  /** Whether somebody accepts connections there. */
  accepts(host: string, port: number): Promise<boolean>;
  /** What is at the path of a Unix socket. */
  lookAtSocket(path: string): Promise<SocketSighting>;
  /** The addresses that a name stands for; empty where none. */
  resolve(name: string): Promise<readonly string[]>;
  /** Whether this program is installed and, asked for its version, ends well. */
  runs(program: string, versionArgument: string): Promise<boolean>;
  /** Where a program is found, or undefined. */
  find(program: string): string | undefined;
  /** Free bytes for us where this folder is or will be. */
  freeBytes(folder: string): number;
  /** Undefined where a file can be written there, else why not. */
  whyNotWritable(folder: string): string | undefined;
  /** A file's text, or undefined where it cannot be read. */
  read(file: string): string | undefined;
  /** Now, milliseconds since the epoch. */
  now(): number;
  /** When this program was compiled, milliseconds since the epoch. */
  builtAt(): number;
}

/** This machine. */
export const thisMachine: Machine = {
  tryListening: ({ transport, address, port }) =>
    new Promise((resolve) => {
      const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message);
      if (transport === 'udp') {
        const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4' });
        socket.once('error', failed);
        socket.bind(port, address, () => socket.close(() => resolve('free')));
      } else {
        const server = createServer();
        server.once('error', failed);
        server.listen(port, address, () => server.close(() => resolve('free')));
      }
    }),
  accepts: (host, port) =>
    new Promise((resolve) => {
      const socket = createConnection({ host, port });
      const finish = (answer: boolean) => {
        socket.destroy();
        resolve(answer);
      };
      socket.setTimeout(3000, () => finish(false));
      socket.once('error', () => finish(false));
      socket.once('connect', () => finish(true));
    }),
  async lookAtSocket(path) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found) return 'nothing';
    if (!found.isSocket()) return 'no-socket';
    return (await answers(path)) ? 'listens' : 'stale';
  },
  async resolve(name) {
    try {
      return (await lookup(name, { all: true })).map(({ address }) => address);
    } catch {
      return [];
    }
  },
  runs: (program, versionArgument) =>
    new Promise((resolve) => {
      execFile(program, [versionArgument], { timeout: 10_000 }, (error) => resolve(error === null));
    }),
  find: (program) => findProgram(program),
  freeBytes(folder) {
    const { bavail, bsize } = statfsSync(existing(folder));
    return bavail * bsize;
  },
  whyNotWritable(folder) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK);
      const file = join(folder, `.check-${process.pid}`);
      writeFileSync(file, 'x');
      rmSync(file);
      return undefined;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? String(error);
    }
  },
  read(file) {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  },
  now: () => Date.now(),
  builtAt: () => statSync(fileURLToPath(import.meta.url)).mtimeMs,
};

function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}
