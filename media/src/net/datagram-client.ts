import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';

export interface DatagramClientReceiver {
  /** A datagram from the server; what others send never comes here. */
  onDatagram(bytes: Uint8Array): void;
  /** Sending failed. `ECONNREFUSED`: the machine is there, and nobody listens on that port. */
  onError(code: string): void;
}

export interface DatagramClient {
  send(bytes: Uint8Array): void;
  /** Nothing is received afterwards. Twice is harmless. */
  close(): void;
}

/** UDP towards one server, by address or name. The socket is connected, so the kernel drops what others send. Rejects where the name is not found. */
export function openDatagramClient(
  host: string,
  port: number,
  receiver: DatagramClientReceiver,
): Promise<DatagramClient> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
    let closed = false;
    const close = () => {
      if (closed) return;
      closed = true;
      socket.close();
    };
    socket.once('error', (error) => {
      close();
      reject(error);
    });
    socket.connect(port, host, () => {
      socket.removeAllListeners('error');
      socket.on('error', (error) => receiver.onError(codeOf(error)));
      socket.on('message', (bytes) => receiver.onDatagram(bytes));
      resolve({
        send: (bytes) => {
          if (!closed)
            socket.send(bytes, (error) => {
              if (error && !closed) receiver.onError(codeOf(error));
            });
        },
        close,
      });
    });
  });
}

function codeOf(error: Error): string {
  return String((error as { code?: unknown }).code ?? error.message);
}
