import type { MediaEncryption } from './media-encryption.js';
import type { ReliableProvisionals } from './reliable-provisionals.js';

/**
 * What an engine asks the installation: who is this, may they, where are they. Answers come from the product's data; an engine caches nothing longer
 * than one request, so that a change by REST counts at once.
 *
 * Unknown names and wrong secrets must look the same from outside: the engine challenges a name it does not know exactly as one it knows.
 */
export interface SipDirectory {
  /**
   * The trunk that may send calls from this address without digest, if any: it is one of the trunk's, or the trunk is registered there. `dialled` is the
   * user part of the Request-URI, which says whose call it is where several are registered at one address.
   */
  trunkByAddress(source: SourceAddress, dialled?: string): Promise<KnownTrunk | undefined>;
  /** Whoever authenticates under this user name for this domain: an endpoint, or a trunk that uses digest. */
  digestUser(username: string, domain: string): Promise<DigestUser | undefined>;
  /** The bindings of an endpoint that have not expired. */
  bindings(endpointId: string): Promise<readonly Binding[]>;
  /** Adds or replaces a binding (same contact, or same instance and reg-id). */
  saveBinding(endpointId: string, binding: Binding): Promise<void>;
  /** Removes one binding by contact, or all of them. */
  removeBinding(endpointId: string, contact: string | 'all'): Promise<void>;
}

export interface KnownTrunk {
  readonly trunkId: string;
  /** Whether it is believed who it says calls, and who sent the call on (RFC 3325 7). Default no. */
  readonly trustsIdentity?: boolean;
  /** How its calls are told of their progress. Default `on`. */
  readonly reliableProvisionals?: ReliableProvisionals;
}

export interface SourceAddress {
  readonly address: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
}

export interface DigestUser {
  readonly kind: 'trunk' | 'endpoint';
  readonly id: string;
  /** As with `KnownTrunk`; nothing to phones. */
  readonly trustsIdentity?: boolean;
  /** How its calls are told of their progress. Default `on`. */
  readonly reliableProvisionals?: ReliableProvisionals;
  /** How a phone's calls are encrypted: one that demands it does not call in the clear. Default `none`: as it likes. */
  readonly mediaEncryption?: MediaEncryption;
  /** Algorithms to offer, strongest first (RFC 8760). Default MD5. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** H(username:realm:password) in hex, by algorithm (RFC 7616 3.4.2). The realm is the domain asked for. */
  readonly ha1: Readonly<Partial<Record<DigestAlgorithm, string>>>;
  /** Shortest and longest registration, seconds. */
  readonly minExpiresSeconds: number;
  readonly maxExpiresSeconds: number;
  readonly maxBindings: number;
}

export type DigestAlgorithm = 'MD5' | 'SHA-256';

/** One place where a registered phone can be reached. */
export interface Binding {
  /** Contact URI as the phone gave it. */
  readonly contact: string;
  /** Where the registration came from: requests go there (RFC 3581, RFC 5626 in spirit). */
  readonly received: SourceAddress;
  /** Our node whose socket or connection reaches it. */
  readonly node: string;
  readonly callId: string;
  readonly cseq: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly userAgent?: string;
  /** The connection it came on, where that alone reaches the phone: WebSocket (RFC 7118), or outbound (RFC 5626). The binding ends with it. */
  readonly flow?: string;
  /** Which device it is, and which of its flows (RFC 5626 4.1, 4.2): a binding takes the place of the one with the same two. */
  readonly instance?: { readonly id: string; readonly regId: number };
  /** Proxies to go through, as `<sip:edge;lr>` (RFC 3327). */
  readonly path?: readonly string[];
  /** It came through a proxy of ours: calls go to the first URI of `path`, which that proxy wrote, instead of to `received`. */
  readonly behindEdge?: true;
}
