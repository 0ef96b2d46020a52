import type { Socket } from 'node:dgram';

/**
 * Node's own handle of a UDP socket, as `dgram` uses it. `socket.send` costs two closures, a request object and a turn of the tick queue for each
 * datagram: 1 to 2 of 7 to 10 µs when it was measured, the rest being the system call. The handle is no public
 * interface, so it is used with the versions of Node it was read in only, and where it is not found the caller uses `socket.send`.
 */
export interface DirectUdpHandle {
  /** Sends now. 1 or more: sent; 0: queued by the system; less: an error number. */
  send(bytes: Uint8Array, port: number, address: string): number;
  /** Takes the datagrams over from the socket's `message` event. */
  receive(take: (bytes: Uint8Array, address: string, port: number) => void): void;
}

type RawSend = (
  request: object,
  list: readonly Uint8Array[],
  count: number,
  port: number,
  address: string,
  wantsCallback: boolean,
) => number;

interface RawHandle {
  send: RawSend;
  send6: RawSend;
  onmessage: (length: number, handle: unknown, bytes: Uint8Array, source: { address: string; port: number }) => void;
}

/** Major versions whose `dgram` calls the handle as we do. */
const knownVersions = new Set(['20', '22', '24']);

type RequestClass = new () => object;
let requestClass: Promise<RequestClass | undefined> | undefined;

/** The handle of a bound socket, or undefined where this Node has none we know. */
export async function directUdpHandle(socket: Socket, version: 4 | 6): Promise<DirectUdpHandle | undefined> {
  const raw = rawHandle(socket);
  if (!raw) return undefined;
  requestClass ??= findRequestClass(socket, raw);
  const Request = await requestClass;
  if (!Request) return undefined;
  const list: Uint8Array[] = [new Uint8Array()];
  let request = new Request();
  return {
    send(bytes, port, address) {
      list[0] = bytes;
      const result =
        version === 4
          ? raw.send(request, list, 1, port, address, false)
          : raw.send6(request, list, 1, port, address, false);
      // Queued: the request belongs to the system until it is done.
      if (result === 0) request = new Request();
      return result;
    },
    receive(take) {
      const original = raw.onmessage;
      raw.onmessage = (length, handle, bytes, source) => {
        if (length < 0) original(length, handle, bytes, source);
        else take(bytes, source.address, source.port);
      };
    },
  };
}

function rawHandle(socket: Socket): RawHandle | undefined {
  if (!knownVersions.has(process.versions.node.split('.')[0] ?? '')) return undefined;
  const symbol = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'state symbol');
  const state = symbol && (socket as unknown as Record<symbol, { handle?: Partial<RawHandle> } | undefined>)[symbol];
  const handle = state?.handle;
  return typeof handle?.send === 'function' &&
    typeof handle.send6 === 'function' &&
    typeof handle.onmessage === 'function'
    ? (handle as RawHandle)
    : undefined;
}

/** The class of Node's request objects, read off one send that is caught before it leaves. */
async function findRequestClass(socket: Socket, raw: RawHandle): Promise<RequestClass | undefined> {
  let found: RequestClass | undefined;
  const caught: RawSend = (request, list) => {
    found = request.constructor as RequestClass;
    return list[0]!.length + 1;
  };
  const { send, send6 } = raw;
  raw.send = caught;
  raw.send6 = caught;
  socket.send(Buffer.alloc(1), socket.address().port, socket.address().address);
  // Node hands it to the handle in a later turn.
  await new Promise<void>((resolve) => setImmediate(resolve));
  raw.send = send;
  raw.send6 = send6;
  return found;
}
