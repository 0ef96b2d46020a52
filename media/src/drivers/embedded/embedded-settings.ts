import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import type { ConnectionCaps, SipNetwork, TlsIdentity } from '../../net/sip-network.js';
import type { AddressPolicy } from '../../port/address-policy.js';
import type { SipDirectory } from '../../port/sip-directory.js';
import type { Transport } from '../../sip/flow.js';
import type { AudioCodec } from '../../sip/sdp/audio-negotiation.js';
import { defaultSipTimers, type SipTimers } from '../../sip/sip-settings.js';
import type { MediaPlane } from './media-plane/media-plane.js';
import type { MediaRelayUse } from './relay/relayed-sessions.js';
import type { EdgeAddress } from './sip-edges.js';

/** How the embedded engine is set up. What is optional has its default in `defaultEngineLimits` or beside it. */
export interface EmbeddedEngineSettings {
  /** Where SIP listens. */
  readonly listen: readonly ListenAddress[];
  /** The IP address that peers should use, where it is not one of ours: a machine behind NAT. Loopback peers are given a loopback address all the same. */
  readonly advertisedAddress?: string;
  /**
   * Proxies of ours between this node and the world: what they say of who sent a request is believed, and calls leave through them. Default: none.
   */
  readonly edges?: readonly EdgeAddress[];
  /** Our own address as a peer at `remote` (an IP address) reaches it, where nothing is advertised. */
  readonly localAddressTowards: (remote: string) => string;
  /** Who may register, who is a trunk. */
  readonly directory: SipDirectory;
  /** Which addresses calls and registrations may be sent to. Default: all. */
  readonly addressPolicy?: AddressPolicy;
  /** Names this node in bindings, and marks its dialogs. */
  readonly nodeId: string;
  readonly network: SipNetwork;
  readonly mediaPlane: MediaPlane;
  /** Codecs in the order of our offers; G.722 is taken from an offer where it stands first, or nothing else is common. Default `defaultCodecs`. */
  readonly codecs?: readonly AudioCodec[];
  /** A relay between far ends and our media plane, started by who gives it. Default: media comes straight to us, and only plain RTP. */
  readonly mediaRelay?: MediaRelayUse;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly timers?: Partial<SipTimers>;
  readonly limits?: Partial<EngineLimits>;
  /** Session timers (RFC 4028): what we ask for, seconds; 0 turns them off. Default 1800. */
  readonly sessionExpiresSeconds?: number;
  /** Shortest session timer we take, seconds. Default 90. */
  readonly minSessionExpiresSeconds?: number;
  /** Key of the digest nonces, at least 16 bytes; nodes that share it take each other's. Default: made by chance at start. */
  readonly nonceSecret?: Buffer;
  /**
   * Key that chooses which digest algorithms a name nobody has is offered; one for all nodes and all starts, so that it is always the same. Default:
   * made by chance at start.
   */
  readonly decoySecret?: Buffer;
  /** How late the event loop ran since this was asked last, milliseconds; undefined where it did not turn since. Default: never late. */
  readonly eventLoopLagMs?: () => number | undefined;
  /** Legs tell of their snapshots, for a later process to take them over (`CallEngine.restore`). Default false. */
  readonly snapshots?: boolean;
  /** Value of User-Agent and Server. Default `Hookswitch`. */
  readonly userAgent?: string;
}

export interface ListenAddress {
  readonly transport: Transport;
  /** IP address; `0.0.0.0` or `::` for all. */
  readonly address: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly tls?: TlsIdentity;
  /** WebSocket only: origins of the pages that may connect; all where empty. */
  readonly origins?: readonly string[];
}

/** Caps that keep the engine alive. */
export interface EngineLimits {
  /** Legs at once. Beyond it, inbound calls get 503 with Retry-After. */
  readonly maxCalls: number;
  /** Inbound calls without a final answer, in all and from one address that is not known. */
  readonly maxHalfOpen: number;
  readonly maxHalfOpenPerSource: number;
  /** Requests a second, and at once, from one address that never identified itself. */
  readonly floodPerSecond: number;
  readonly floodBurst: number;
  /** Requests a second from all such addresses together. */
  readonly strangersPerSecond: number;
  /** Names a second that such addresses may have looked up without credentials; the rest is challenged unseen. */
  readonly strangerLookupsPerSecond: number;
  /** What Retry-After says. */
  readonly retryAfterSeconds: number;
  /** Event-loop lag beyond which a node that has many calls to set up refuses new ones, milliseconds (`OverloadWatch`). */
  readonly maxLagMs: number;
  /** A next hop that says nothing at all for so long is given up where another can be tried, milliseconds. */
  readonly failoverMs: number;
  /** How long a digest nonce is good, milliseconds. */
  readonly nonceLifetimeMs: number;
  readonly connections: Partial<ConnectionCaps>;
}

export const defaultEngineLimits: EngineLimits = {
  maxCalls: 2_000,
  maxHalfOpen: 1_000,
  maxHalfOpenPerSource: 64,
  floodPerSecond: 20,
  floodBurst: 60,
  strangersPerSecond: 400,
  strangerLookupsPerSecond: 50,
  retryAfterSeconds: 5,
  maxLagMs: 250,
  failoverMs: 4_000,
  nonceLifetimeMs: 300_000,
  connections: {},
};

/** What everybody has first; G.722 for those who have nothing else. */
export const defaultCodecs: readonly AudioCodec[] = ['PCMU', 'PCMA', 'G722'];

export const defaultEngineTimers: SipTimers = defaultSipTimers;
