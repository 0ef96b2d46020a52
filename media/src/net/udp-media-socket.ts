import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { type DirectUdpHandle, directUdpHandle } from './direct-udp-handle.js';

/** Kernel buffer for what arrives while the thread is busy: about a second of G.711. */
const receiveBufferBytes = 64 * 1024;
/** Every so many sends one asks whether it worked: asking costs, and a broken network stays broken. */
const sendsPerCheck = 64;

interface Receiver {
  onDatagram(bytes: Uint8Array, address: string, port: number): void;
  onError(code: string): void;
}

interface OpenSocket {
  send(bytes: Uint8Array, length: number, port: number, address: string): void;
  close(): void;
}

/** Real UDP for the media plane (a `MediaNetwork`), through Node's own handle where we know it. */
export const udpMediaNetwork = {
  bind: (address: string, port: number, receiver: Receiver) => bind(address, port, receiver, directUdpHandle),
};

/** The same through Node's public interface alone. */
export const plainUdpMediaNetwork = {
  bind: (address: string, port: number, receiver: Receiver) => bind(address, port, receiver, async () => undefined),
};

function bind(
  address: string,
  port: number,
  receiver: Receiver,
  directHandle: typeof directUdpHandle,
): Promise<OpenSocket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: isIP(address) === 6 ? 'udp6' : 'udp4', lookup: passThrough });
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      socket.on('error', (error) => receiver.onError(codeOf(error)));
      try {
        socket.setRecvBufferSize(receiveBufferBytes);
      } catch {
        // The system's default does as well.
      }
      directHandle(socket, isIP(address) === 6 ? 6 : 4).then((direct) => {
        if (!direct) {
          socket.on('message', (bytes, source) => receiver.onDatagram(bytes, source.address, source.port));
          resolve(openSocket(socket, receiver));
          return;
        }
        direct.receive((bytes, source, sourcePort) => receiver.onDatagram(bytes, source, sourcePort));
        resolve(openDirectSocket(socket, direct, receiver));
      }, reject);
    });
  });
}

function openDirectSocket(socket: Socket, direct: DirectUdpHandle, receiver: Receiver): OpenSocket {
  let closed = false;
  return {
    send(bytes, length, port, address) {
      if (closed) return;
      const result = direct.send(length === bytes.length ? bytes : bytes.subarray(0, length), port, address);
      if (result < 0) receiver.onError(getSystemErrorName(result));
    },
    close() {
      if (closed) return;
      closed = true;
      socket.close();
    },
  };
}

function openSocket(socket: Socket, receiver: Receiver): OpenSocket {
  let closed = false;
  let sends = 0;
  const onSent = (error: Error | null) => {
    if (error && !closed) receiver.onError(codeOf(error));
  };
  return {
    send(bytes, length, port, address) {
      if (closed) return;
      // Node sends in a later turn, so what it is given must be a copy.
      const copy = Buffer.allocUnsafe(length);
      copy.set(length === bytes.length ? bytes : bytes.subarray(0, length));
      if (sends++ % sendsPerCheck === 0) socket.send(copy, port, address, onSent);
      else socket.send(copy, port, address);
    },
    close() {
      if (closed) return;
      closed = true;
      socket.close();
    },
  };
}

/** Addresses are literals already: nothing is looked up, and nothing waits for it. */
function passThrough(
  hostname: string,
  options: unknown,
  callback: (error: Error | null, address: string, family: number) => void,
): void {
  const done = typeof options === 'function' ? (options as typeof callback) : callback;
  done(null, hostname, isIP(hostname));
}

function codeOf(error: Error): string {
  return String((error as { code?: unknown }).code ?? error.message);
}
