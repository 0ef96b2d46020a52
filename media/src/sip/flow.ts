/** What carries a SIP message. */
export type Transport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** Where a packet came from and which of our sockets took it. */
export interface Flow {
  readonly transport: Transport;
  readonly localAddress: string;
  readonly localPort: number;
  /** IP address without brackets. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Names the connection on all but UDP; must be set there, and never be used twice. */
  readonly connectionId?: string;
  /** On TLS, the host name that the far side proved when we opened the connection (RFC 5922). */
  readonly serverName?: string;
  /** Who sent it to the proxy of ours that the packet came from, where one did. Answers go back to the proxy all the same. */
  readonly sender?: Sender;
}

/** Where a request set out from, as the first of our machines saw it. */
export interface Sender {
  readonly transport: Transport;
  /** IP address without brackets. */
  readonly address: string;
  readonly port: number;
}

/** Who sent a packet: whoever a proxy of ours says it came from, else where it came from. */
export function senderOf(flow: Flow): Sender {
  return flow.sender ?? { transport: flow.transport, address: flow.remoteAddress, port: flow.remotePort };
}

/**
 * Where to send a message.
 *
 * `address` is an IP address without brackets, or a host name where a dialog's remote target or route set holds one: whoever
 * owns the sockets resolves it (RFC 3263) and reports a failure with `targetFailed`.
 */
export interface SipTarget {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  /** No port was named: SRV records of the name in `address` may say another (RFC 3263 4.2). */
  readonly defaultPort?: true;
  /** Send on this connection while it is open; where it is gone, open one to `address` and `port`. */
  readonly connectionId?: string;
  /** Which of our UDP sockets should send it, where that matters (answers leave from where the request came in). */
  readonly localAddress?: string;
  readonly localPort?: number;
  /** On TLS, the host name that the certificate must have (RFC 5922), where `address` was found for it. */
  readonly serverName?: string;
  /**
   * Who named the address: the packets that came from there, the installation itself, or a peer (in Contact or Record-Route; where its own packets come
   * from stands beside). Default: anybody. Whoever owns the sockets may refuse a private one accordingly.
   */
  readonly namedBy?: 'its-packets' | 'installation' | 'anybody' | { readonly peerAt: string };
}

/** The way back to where a packet came from. */
export function targetOfFlow(flow: Flow): SipTarget {
  return {
    transport: flow.transport,
    address: flow.remoteAddress,
    port: flow.remotePort,
    localAddress: flow.localAddress,
    localPort: flow.localPort,
    namedBy: 'its-packets',
    ...(flow.connectionId === undefined ? {} : { connectionId: flow.connectionId }),
    ...(flow.serverName === undefined ? {} : { serverName: flow.serverName }),
  };
}

/** Whether it is WebSocket (RFC 7118): a message a frame, and the far side reachable on its connection alone. */
export function isWebSocket(transport: Transport): boolean {
  return transport === 'ws' || transport === 'wss';
}

/** Whether the transport keeps order and never loses (RFC 3261 17: no retransmission over it). */
export function isReliable(transport: Transport): boolean {
  return transport !== 'udp';
}

/** For another process: connections of this one are gone then. */
export function withoutConnection<Way extends { readonly connectionId?: string }>(way: Way): Omit<Way, 'connectionId'> {
  const { connectionId: _, ...rest } = way;
  return rest;
}
