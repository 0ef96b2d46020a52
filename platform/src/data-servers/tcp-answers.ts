import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';

/** Whether something accepts connections on this port of the loopback address. */
export function tcpAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('connect', () => finish(true));
  });
}

/** Whether a log file has these words yet. */
export function logSays(file: string, words: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes(words);
  } catch {
    return false;
  }
}
