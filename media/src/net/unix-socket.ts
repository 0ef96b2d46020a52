import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { ListenError } from '../port/engine-errors.js';

/** The longest path of a socket that systems take, bytes (`sun_path` without its end). */
export const longestSocketPath = 107;

/** What happens on a connection. `closed` comes once, last, and also where it never opened. */
export interface SocketListener {
  bytes(bytes: Buffer): void;
  closed(why: string): void;
}

/** One connection of a Unix socket. */
export interface SocketConnection {
  /** The bytes belong to the connection from then on. */
  send(bytes: Uint8Array): void;
  /** What was sent and did not leave yet, bytes. */
  readonly waiting: number;
  /** Ends it; `why` is what `closed` is told. What was sent before still leaves, unless `atOnce`. */
  close(why: string, how?: { readonly atOnce: boolean }): void;
}

export interface SocketServer {
  /** Takes no further connection, and removes the file. */
  close(): Promise<void>;
}

/** Connects to the socket at that path. */
export function connectUnixSocket(path: string, listener: SocketListener): SocketConnection {
  return connectionOn(connect({ path }), listener);
}

/**
 * Listens on a socket that its owner alone may open (0600). A file that a dead process left is removed.
 * Rejects with `ListenError` where somebody listens there, where what is there is no socket, or the path cannot be had.
 */
export async function listenOnUnixSocket(
  path: string,
  accept: (connection: SocketConnection) => SocketListener,
): Promise<SocketServer> {
  await removeStale(path);
  const server = createServer((socket) => {
    const own = connectionOn(socket, {
      bytes: (bytes) => listener.bytes(bytes),
      closed: (why) => listener.closed(why),
    });
    const listener = accept(own);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError(path, error)));
    // The file is made within `listen`: nobody else can open it in between.
    const before = process.umask(0o177);
    try {
      server.listen(path, resolve);
    } finally {
      process.umask(before);
    }
  });
  server.on('error', () => undefined);
  await chmod(path, 0o600);
  return { close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Removes the socket of a process that is gone. */
async function removeStale(path: string): Promise<void> {
  if (Buffer.byteLength(path) > longestSocketPath) {
    throw new ListenError(path, `the path is longer than ${longestSocketPath} bytes`);
  }
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket()) throw new ListenError(path, 'there is a file that is no socket');
  if (await answers(path)) throw new ListenError(path, 'another process listens there');
  await unlink(path).catch(() => undefined);
}

/** Whether somebody listens there. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function connectionOn(socket: Socket, listener: SocketListener): SocketConnection {
  let why = 'the other side closed it';
  socket.on('data', (bytes) => listener.bytes(bytes));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    why = error.code ?? error.message;
  });
  socket.once('close', () => listener.closed(why));
  return {
    send: (bytes) => void socket.write(bytes),
    get waiting() {
      return socket.writableLength;
    },
    close(reason, { atOnce } = { atOnce: true }) {
      why = reason;
      if (atOnce) socket.destroy();
      else socket.destroySoon();
    },
  };
}
