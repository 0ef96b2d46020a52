import type { Random } from '@hookswitch/kernel/random';
import { NoEncryptionError } from '../../../port/engine-errors.js';
import { isDemanded, type MediaEncryption } from '../../../port/media-encryption.js';
import {
  browserMedia,
  dtlsMedia,
  type MediaRelay,
  MediaRelayFullError,
  MediaRelayUnavailableError,
  type OutsideMedia,
  opportunisticMedia,
  plainMedia,
  sdesMedia,
} from '../../../port/media-relay.js';
import { encryptionOf, isSecured } from '../../../sip/sdp/sound-encryption.js';
import type { IncomingInvite, SipEvent } from '../../../sip/sip-event.js';
import { type ControlPlace, isControlPlace } from './control-places.js';
import { outsideMediaOf, soundOnly } from './outside-media.js';
import { RelayedSession, type RelayedSnapshot } from './relayed-session.js';

/** Which calls go through the relay: all, or those whose far end speaks what our media planes do not. */
export interface MediaRelayUse {
  readonly relay: MediaRelay;
  readonly when: 'always' | 'secure-only';
  /** Where relays are commanded: no sound is sent there. */
  readonly controls?: readonly ControlPlace[];
}

type SessionEvent = Extract<SipEvent, { readonly sessionId: string }>;

/** What becomes of an event whose description has to pass the relay. */
export interface RelayedDelivery {
  /** The event, with the description as our media plane is to see it. */
  deliver(event: SessionEvent): void;
  /** The relay did not take it: the request is refused, or the call ended. */
  failed(event: SessionEvent, error: unknown): void;
}

interface Entry {
  readonly session: RelayedSession;
  /** Events of a session keep their order: while one is at the relay, those after it wait. */
  queue: Promise<void> | undefined;
}

/** The SIP sessions whose media goes through a relay. Without a relay there are none, and every event goes straight on. */
export class RelayedSessions {
  readonly #use: MediaRelayUse | undefined;
  readonly #random: Random;
  readonly #bySipSession = new Map<string, Entry>();

  /** `lost`: the relay does not carry this SIP session any more. */
  constructor(use: MediaRelayUse | undefined, random: Random, lost: (sipSessionId: string) => void) {
    this.#use = use;
    this.#random = random;
    use?.relay.events.on('lost', (id) => {
      for (const [sipSessionId, { session }] of this.#bySipSession) if (session.id === id) lost(sipSessionId);
    });
  }

  /** Whether there is a relay. */
  get available(): boolean {
    return this.#use !== undefined;
  }

  /** Whether sound may not go there: somebody is commanded there. */
  isForbidden(address: string, port: number): boolean {
    return isControlPlace(address, port, this.#use?.controls ?? []);
  }

  get size(): number {
    return this.#bySipSession.size;
  }

  /**
   * For a call that came in: undefined where its media comes straight to us. Throws `SipSyntaxError` where its offer cannot be read, `NoEncryptionError` where
   * encryption is demanded and it is in the clear, or there is no relay.
   */
  forInvite(invite: IncomingInvite, encryption: MediaEncryption = 'none'): RelayedSession | undefined {
    const { sessionId, sdp, flow } = invite;
    if (this.isRefused(invite, encryption)) throw new NoEncryptionError();
    if (!this.#use) return undefined;
    const outside = sdp === undefined ? offered(flow.transport, encryption) : outsideMediaOf(sdp);
    const session = this.#make(outside, encryption);
    if (session) this.bind(sessionId, session);
    return session;
  }

  /** Whether a call that came in cannot be encrypted though it must be. An offer that cannot be read is not judged here. */
  isRefused({ sdp }: IncomingInvite, encryption: MediaEncryption): boolean {
    if (!isDemanded(encryption)) return false;
    try {
      return !this.#use || (sdp !== undefined && encryptionOf(soundOnly(sdp)) === 'none');
    } catch {
      return false;
    }
  }

  /** For an INVITE of ours over `transport`; to be bound once it is out. Where encryption is demanded that needs a relay (`available`). */
  forTarget(transport: string, encryption: MediaEncryption = 'none'): RelayedSession | undefined {
    return this.#make(offered(transport, encryption), encryption);
  }

  /** Whether a session that the relay did not take may go without it: it would do in the clear, and sound may come straight to us. */
  mayGoStraight({ isOpportunistic }: RelayedSession, error: unknown): boolean {
    const isAway = error instanceof MediaRelayUnavailableError || error instanceof MediaRelayFullError;
    return isAway && isOpportunistic && this.#use?.when === 'secure-only';
  }

  /**
   * Takes over sessions of a former process. Answers those that the relay still carries (`MediaRelay.takeOver`), by `RelayedSnapshot.relay.sessionId`: each is to be bound to its SIP
   * session, or closed. None where there is no relay any more.
   */
  async takeOver(snapshots: readonly RelayedSnapshot[]): Promise<ReadonlyMap<string, RelayedSession>> {
    const use = this.#use;
    if (!use || snapshots.length === 0) return new Map();
    const carried = new Set(await use.relay.takeOver(snapshots.map((one) => one.relay)));
    const taken = snapshots.filter((one) => carried.has(one.relay.sessionId));
    return new Map(taken.map((one) => [one.relay.sessionId, RelayedSession.takenOver(one, use)]));
  }

  bind(sipSessionId: string, session: RelayedSession): void {
    this.#bySipSession.set(sipSessionId, { session, queue: undefined });
  }

  /** The SIP session is over, or not the leg's any more. */
  unbind(sipSessionId: string): void {
    const entry = this.#bySipSession.get(sipSessionId);
    if (!entry) return;
    this.#bySipSession.delete(sipSessionId);
    void entry.session.close();
  }

  /** Passes an event of a session on, at once where the relay has no part in it. */
  take(event: SessionEvent, delivery: RelayedDelivery): void {
    const entry = this.#bySipSession.get(event.sessionId);
    const passes = entry && hasDescription(event);
    if (!entry || (!passes && !entry.queue)) {
      delivery.deliver(event);
      return;
    }
    const turn = (entry.queue ?? Promise.resolve()).then(async () => {
      try {
        delivery.deliver(passes ? ({ ...event, sdp: await inwards(entry.session, event) } as SessionEvent) : event);
      } catch (error) {
        delivery.failed(event, error);
      }
    });
    entry.queue = turn;
    void turn.then(() => {
      if (entry.queue === turn) entry.queue = undefined;
    });
  }

  #make(outside: OutsideMedia, encryption: MediaEncryption): RelayedSession | undefined {
    const use = this.#use;
    const isSecure = isSecured(outside.protocol) || (outside.opportunistic && encryption !== 'none');
    if (!use || (use.when === 'secure-only' && !isSecure && !outside.ice)) return undefined;
    return new RelayedSession(Buffer.from(this.#random.bytes(12)).toString('hex'), use, outside, encryption);
  }
}

type Describing = SessionEvent & { readonly sdp: string };

function hasDescription(event: SessionEvent): event is Describing {
  return 'sdp' in event && event.sdp !== undefined;
}

/** What the far end says, as our media plane is to see it. */
function inwards(session: RelayedSession, event: Describing): Promise<string> {
  switch (event.type) {
    case 'reinvite':
      return session.offerFromFar(event.sdp);
    case 'offer':
      return session.offerFromFar(event.sdp, event.toTag);
    case 'progress':
    case 'answered':
      return session.answerFromFar(event.sdp, event.toTag);
    default:
      return session.answerFromFar(event.sdp);
  }
}

/** What is offered where nobody said anything yet: browsers are behind WebSockets (RFC 7118). */
function offered(transport: string, encryption: MediaEncryption): OutsideMedia {
  if (encryption === 'sdes') return sdesMedia;
  if (transport.startsWith('ws')) return browserMedia;
  if (encryption === 'dtls') return dtlsMedia;
  return encryption === 'optional' ? opportunisticMedia : plainMedia;
}
