import type { Flow, SipTarget, Transport } from '../sip/flow.js';
import type { DnsLookup } from '../sip/locate/dns-records.js';

/** Sockets for SIP as a value: the machine's own (`systemNetwork`), or a virtual network in tests and in the simulation. */
export interface SipNetwork {
  /** Opens one listener. Rejects with Node's error (`EADDRINUSE`, `EACCES` …) where it cannot. */
  listen(options: SipListenOptions, receiver: SipReceiver): Promise<SipSocket>;
  readonly dns: DnsLookup;
}

/** One listening socket, with what goes out through it. */
export interface SipSocket {
  readonly transport: Transport;
  /** Where it listens; the port is the real one where 0 was asked for. */
  readonly address: string;
  readonly port: number;
  /**
   * Sends, on the named connection where it is open, else to the address. `bytes` is not changed afterwards by anybody. A failure comes as
   * `sendFailed`, later. On WebSocket only the named connection will do. On TCP and TLS the address may be a host name, which is then also the name the certificate must have, unless `serverName` says another.
   */
  send(target: SipTarget, bytes: Buffer): void;
  /** Closes one connection, if it is ours. */
  closeConnection(connectionId: string): void;
  /** Connections open now; 0 on UDP. */
  readonly connections: number;
  /** Closes the listener and every connection. */
  close(): Promise<void>;
}

export interface SipReceiver {
  /** A datagram, or the next bytes of a connection. The bytes belong to the receiver. */
  packet(bytes: Buffer, flow: Flow): void;
  connectionClosed(connectionId: string): void;
  sendFailed(target: SipTarget): void;
}

export interface SipListenOptions {
  readonly transport: Transport;
  /** IP address to bind, without brackets. */
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  /** TLS and secure WebSocket only. */
  readonly tls?: TlsIdentity;
  /** WebSocket only: origins of the pages that may connect, in lower case, as `https://app.example`. Empty or absent: all. */
  readonly origins?: readonly string[];
  /** All but UDP. */
  readonly caps?: Partial<ConnectionCaps>;
}

/** Who we are on TLS and whom we believe, PEM texts. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  /** Further roots to believe, besides the system's. */
  readonly ca?: string;
  /** Whether servers we connect to must prove their name (RFC 5922). Default true. */
  readonly verifyPeers?: boolean;
}

/** What peers can make us hold on connections. */
export interface ConnectionCaps {
  readonly maxConnections: number;
  readonly maxConnectionsPerSource: number;
  /** Bytes waiting to be sent on one connection; more closes it. */
  readonly maxQueuedBytes: number;
  /** A connection on which nothing came or went for so long is closed, milliseconds. */
  readonly idleMs: number;
  /** One that never said anything, milliseconds. */
  readonly firstBytesMs: number;
  readonly connectMs: number;
  /** WebSocket: the largest message, bytes. */
  readonly maxMessageBytes: number;
  /** WebSocket: how often the far side is pinged, milliseconds; who did not answer one by the next is cut off. Proxies on the way forget what is silent for a minute. */
  readonly pingMs: number;
}

export const defaultConnectionCaps: ConnectionCaps = {
  maxConnections: 10_000,
  maxConnectionsPerSource: 1_000,
  maxQueuedBytes: 1_048_576,
  idleMs: 900_000,
  firstBytesMs: 30_000,
  connectMs: 8_000,
  maxMessageBytes: 65_536,
  pingMs: 25_000,
};
