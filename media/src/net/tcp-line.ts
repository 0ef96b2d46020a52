import { connect } from 'node:net';

/** What happens on a line. `closed` comes once, last, and also where it never opened. */
export interface LineListener {
  bytes(bytes: Buffer): void;
  closed(why: string): void;
}

/** One TCP connection to a server of ours. */
export interface Line {
  send(text: string): void;
  close(): void;
}

/** Opens a line to one fixed address. */
export type OpenLine = (listener: LineListener) => Line;

/** Lines to `host:port`. A peer that does not take the connection for `connectTimeoutMs` counts as closed. */
export function tcpLine(host: string, port: number, connectTimeoutMs = 5_000): OpenLine {
  return (listener) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true });
    let why = 'the other side closed it';
    socket.setTimeout(connectTimeoutMs, () => socket.destroy(new Error('no connection in time')));
    socket.once('connect', () => socket.setTimeout(0));
    socket.on('data', (bytes) => listener.bytes(bytes));
    socket.on('error', (error) => {
      why = error.message;
    });
    socket.once('close', () => listener.closed(why));
    return {
      send: (text) => void socket.write(text),
      close: () => {
        why = 'we closed it';
        socket.destroy();
      },
    };
  };
}
