import { isIP, type Socket } from 'node:net';
import type { Flow, SipTarget, Transport } from '../sip/flow.js';
import { plainAddress } from './plain-address.js';
import { type ConnectionCaps, defaultConnectionCaps, type SipReceiver } from './sip-network.js';

interface Connection {
  readonly id: string;
  readonly socket: Socket;
  /** `address:port` of the far side, as it is asked for by `send`. */
  readonly peers: Set<string>;
  flow: Flow | undefined;
  /** Set until it is connected: what failed if it never is. */
  waiting: SipTarget[] | undefined;
}

let lastId = 0;

/**
 * The connections of one TCP or TLS listener: those that came in and those we opened. A message goes out on the connection it names, else on one that
 * leads to the same address (RFC 3261 18.1.1), else on a new one. Everything a peer can make us hold is capped.
 */
export class SipConnections {
  readonly #transport: Transport;
  readonly #receiver: SipReceiver;
  readonly #caps: ConnectionCaps;
  readonly #open: (target: SipTarget) => Socket;
  readonly #byId = new Map<string, Connection>();
  readonly #byPeer = new Map<string, Connection>();
  readonly #bySource = new Map<string, number>();
  #closed = false;

  constructor(
    transport: Transport,
    receiver: SipReceiver,
    open: (target: SipTarget) => Socket,
    caps: Partial<ConnectionCaps> = {},
  ) {
    this.#transport = transport;
    this.#receiver = receiver;
    this.#open = open;
    this.#caps = { ...defaultConnectionCaps, ...caps };
  }

  get size(): number {
    return this.#byId.size;
  }

  /** A connection came in. */
  accept(socket: Socket): void {
    const source = socket.remoteAddress ?? '';
    const fromSource = this.#bySource.get(source) ?? 0;
    if (
      this.#closed ||
      this.#byId.size >= this.#caps.maxConnections ||
      fromSource >= this.#caps.maxConnectionsPerSource
    ) {
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    this.#bySource.set(source, fromSource + 1);
    socket.once('close', () => this.#forgetSource(source));
    const connection = this.#add(socket);
    this.#connected(connection);
    socket.setTimeout(this.#caps.firstBytesMs);
  }

  send(target: SipTarget, bytes: Buffer): void {
    if (this.#closed) return;
    const named = target.connectionId === undefined ? undefined : this.#byId.get(target.connectionId);
    const connection = named ?? this.#byPeer.get(peerKey(target)) ?? this.#dial(target);
    if (!connection) {
      setImmediate(() => this.#receiver.sendFailed(target));
      return;
    }
    connection.waiting?.push(target);
    connection.socket.write(bytes);
    if (connection.socket.writableLength > this.#caps.maxQueuedBytes) connection.socket.destroy();
  }

  closeConnection(id: string): void {
    this.#byId.get(id)?.socket.destroy();
  }

  closeAll(): void {
    this.#closed = true;
    for (const { socket } of this.#byId.values()) socket.destroy();
  }

  #dial(target: SipTarget): Connection | undefined {
    if (this.#byId.size >= this.#caps.maxConnections) return undefined;
    let socket: Socket;
    try {
      socket = this.#open(target);
    } catch {
      return undefined;
    }
    const connection = this.#add(socket);
    connection.waiting = [];
    connection.peers.add(peerKey(target));
    this.#byPeer.set(peerKey(target), connection);
    socket.setTimeout(this.#caps.connectMs);
    socket.once(this.#transport === 'tls' ? 'secureConnect' : 'connect', () => {
      connection.waiting = undefined;
      this.#connected(connection, nameOf(target));
    });
    return connection;
  }

  #add(socket: Socket): Connection {
    lastId += 1;
    const connection: Connection = {
      id: `${this.#transport}-${lastId}`,
      socket,
      peers: new Set(),
      flow: undefined,
      waiting: undefined,
    };
    this.#byId.set(connection.id, connection);
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      if (!connection.flow) return;
      socket.setTimeout(this.#caps.idleMs);
      this.#receiver.packet(bytes, connection.flow);
    });
    socket.on('timeout', () => socket.destroy());
    socket.on('error', () => undefined);
    // The far side will send no more; nothing of SIP works on half a connection.
    socket.on('end', () => socket.destroy());
    socket.once('close', () => this.#gone(connection));
    return connection;
  }

  /** @param serverName the name that it proved */
  #connected(connection: Connection, serverName?: string): void {
    const { socket } = connection;
    const { localAddress, localPort, remoteAddress, remotePort } = socket;
    if (!localAddress || !localPort || !remoteAddress || !remotePort) {
      socket.destroy();
      return;
    }
    connection.flow = {
      transport: this.#transport,
      localAddress: plainAddress(localAddress),
      localPort,
      remoteAddress: plainAddress(remoteAddress),
      remotePort,
      connectionId: connection.id,
      ...(this.#transport === 'tls' && serverName !== undefined ? { serverName } : {}),
    };
    const key = `${plainAddress(remoteAddress)}:${remotePort}`;
    if (!this.#byPeer.has(key)) {
      connection.peers.add(key);
      this.#byPeer.set(key, connection);
    }
    socket.setTimeout(this.#caps.idleMs);
  }

  #gone(connection: Connection): void {
    this.#byId.delete(connection.id);
    for (const key of connection.peers) if (this.#byPeer.get(key) === connection) this.#byPeer.delete(key);
    if (this.#closed) return;
    this.#receiver.connectionClosed(connection.id);
    for (const target of connection.waiting ?? []) this.#receiver.sendFailed(target);
  }

  #forgetSource(source: string): void {
    const left = (this.#bySource.get(source) ?? 1) - 1;
    if (left > 0) this.#bySource.set(source, left);
    else this.#bySource.delete(source);
  }
}

function peerKey(target: SipTarget): string {
  // A connection that proved one name says nothing of another at the same address; and a name may have several addresses.
  return [`${target.address}:${target.port}`, target.serverName ?? []].flat().join(' ');
}

function nameOf({ address, serverName }: SipTarget): string | undefined {
  return serverName ?? (isIP(address) === 0 ? address : undefined);
}
