import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Flow, SipTarget } from '../sip/flow.js';
import { plainAddress } from './plain-address.js';
import type { ConnectionCaps, SipReceiver } from './sip-network.js';

interface Connection {
  readonly webSocket: WebSocket;
  readonly socket: Socket;
  /** Something came since it was asked last. */
  alive: boolean;
  /** It said something of SIP. */
  spoke: boolean;
}

/** How long a client may take to say goodbye, milliseconds. */
const goodbyeMs = 1_000;
/** RFC 6455 7.4.1: we are going down. */
const goingAway = 1001;
/** RFC 6455 7.4.1: said too little or nothing for too long. */
const policyViolation = 1008;

/**
 * The connections of one WebSocket listener. A message goes out on the connection it names, and nowhere else: an address and port of the far side may by now
 * be somebody else's. Everything a peer can make us hold is capped; who answers no ping is cut off.
 */
export class WebSocketConnections {
  readonly #transport: 'ws' | 'wss';
  readonly #receiver: SipReceiver;
  readonly #caps: ConnectionCaps;
  readonly #byId = new Map<string, Connection>();
  readonly #bySource = new Map<string, number>();
  /** Ids are stored with bindings, so that no two starts may have the same. */
  readonly #boot = randomBytes(6).toString('hex');
  readonly #pinging: NodeJS.Timeout;
  #raw = 0;
  #lastId = 0;
  #closed = false;

  constructor(transport: 'ws' | 'wss', receiver: SipReceiver, caps: ConnectionCaps) {
    this.#transport = transport;
    this.#receiver = receiver;
    this.#caps = caps;
    this.#pinging = setInterval(() => this.#ping(), caps.pingMs).unref();
  }

  get size(): number {
    return this.#byId.size;
  }

  /** A TCP connection came in; it may never become a WebSocket. Too many are cut off at once. */
  count(socket: Socket): void {
    socket.on('error', () => undefined);
    const source = socket.remoteAddress ?? '';
    const fromSource = this.#bySource.get(source) ?? 0;
    if (this.#closed || this.#raw >= this.#caps.maxConnections || fromSource >= this.#caps.maxConnectionsPerSource) {
      socket.destroy();
      return;
    }
    this.#raw += 1;
    this.#bySource.set(source, fromSource + 1);
    socket.once('close', () => {
      this.#raw -= 1;
      const left = (this.#bySource.get(source) ?? 1) - 1;
      if (left > 0) this.#bySource.set(source, left);
      else this.#bySource.delete(source);
    });
  }

  /** The handshake is done. */
  accept(webSocket: WebSocket, socket: Socket): void {
    const { localAddress, localPort, remoteAddress, remotePort } = socket;
    if (this.#closed || !localAddress || !localPort || !remoteAddress || !remotePort) {
      webSocket.terminate();
      return;
    }
    this.#lastId += 1;
    const id = `${this.#transport}-${this.#boot}-${this.#lastId}`;
    const flow: Flow = {
      transport: this.#transport,
      localAddress: plainAddress(localAddress),
      localPort,
      remoteAddress: plainAddress(remoteAddress),
      remotePort,
      connectionId: id,
    };
    const connection: Connection = { webSocket, socket, alive: true, spoke: false };
    this.#byId.set(id, connection);
    socket.setNoDelay(true);
    const silence = setTimeout(() => {
      if (!connection.spoke) webSocket.close(policyViolation);
    }, this.#caps.firstBytesMs).unref();
    webSocket.on('pong', () => {
      connection.alive = true;
    });
    // A frame that is too large, broken or not masked: `ws` closes with the code that says so.
    webSocket.on('error', () => undefined);
    webSocket.on('message', (data) => {
      connection.alive = true;
      connection.spoke = true;
      this.#receiver.packet(data as Buffer, flow);
    });
    webSocket.once('close', () => {
      clearTimeout(silence);
      this.#byId.delete(id);
      if (!this.#closed) this.#receiver.connectionClosed(id);
    });
  }

  send(target: SipTarget, bytes: Buffer): void {
    if (this.#closed) return;
    const connection = target.connectionId === undefined ? undefined : this.#byId.get(target.connectionId);
    if (!connection || connection.webSocket.readyState !== connection.webSocket.OPEN) {
      setImmediate(() => this.#receiver.sendFailed(target));
      return;
    }
    // Text, as browsers expect it, where it is text (RFC 7118 5.1: a body may be anything).
    connection.webSocket.send(bytes, { binary: !isUtf8(bytes) });
    if (connection.webSocket.bufferedAmount > this.#caps.maxQueuedBytes) connection.webSocket.terminate();
  }

  close(id: string): void {
    this.#byId.get(id)?.webSocket.close(policyViolation);
  }

  /** Says goodbye to all, and resolves when they are gone. */
  async closeAll(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#pinging);
    const open = [...this.#byId.values()];
    const gone = open.map(({ webSocket }) => new Promise((resolve) => webSocket.once('close', resolve)));
    for (const { webSocket } of open) webSocket.close(goingAway);
    const late = setTimeout(() => {
      for (const { webSocket } of open) webSocket.terminate();
    }, goodbyeMs);
    await Promise.all(gone);
    clearTimeout(late);
  }

  #ping(): void {
    for (const connection of this.#byId.values()) {
      if (!connection.alive) {
        connection.webSocket.terminate();
        continue;
      }
      connection.alive = false;
      connection.webSocket.ping();
    }
  }
}
