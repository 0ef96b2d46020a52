import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import type { SipDirectory } from '../../port/sip-directory.js';
import type { SipTarget } from '../../sip/flow.js';
import type { AudioAbilities } from '../../sip/sdp/audio-negotiation.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import type { MediaPlane } from './media-plane/media-plane.js';
import type { RelayedSessions } from './relay/relayed-sessions.js';
import type { SipEdges } from './sip-edges.js';
import type { SipStack } from './sip-stack.js';

/** What a leg has around it. */
export interface LegSurroundings {
  readonly stack: SipStack;
  readonly plane: MediaPlane;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly directory: SipDirectory;
  /** Legs tell of their snapshots. */
  readonly keepsSnapshots: boolean;
  /** What forbids sending to a target at this address, counted. */
  readonly targetRefusal: (target: SipTarget, address: string) => string | undefined;
  /** What we offer and take. */
  readonly audio: AudioAbilities;
  /** Local address to bind media to, for a peer at `remoteAddress`. */
  readonly mediaAddress: (remoteAddress: string) => string;
  /** A next hop that says nothing for so long is given up where there is another, milliseconds. */
  readonly failoverMs: number;
  /** The other end is a node of this installation. */
  readonly isInside: boolean;
  /** Our proxies that calls leave through. */
  readonly edges: SipEdges;
  /** We call this address: it is no stranger. */
  readonly trust: (address: string) => void;
  /** Sessions whose media goes through a relay. */
  readonly relays: RelayedSessions;
  /** Events of this session go to the leg from now on. */
  readonly follow: (sessionId: string, leg: EmbeddedLeg) => void;
  readonly unfollow: (sessionId: string) => void;
  /** Hears of the answer to a request of ours within a session, until that ends or what it answers is called. */
  readonly onReply: (requestId: string, hear: (status: number) => void) => () => void;
  /** The leg is about to emit `ended`. */
  readonly over: (leg: EmbeddedLeg) => void;
}
