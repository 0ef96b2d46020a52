import type { Random } from '@hookswitch/kernel/random';
import type { MediaEncryption } from '../../../port/call-engine.js';
import {
  browserMedia,
  dtlsMedia,
  type MediaRelay,
  type OutsideMedia,
  plainMedia,
  sdesMedia,
} from '../../../port/media-relay.js';
import type { IncomingInvite, SipEvent } from '../../../sip/sip-event.js';
import { isEncrypted, outsideMediaOf } from './outside-media.js';
import { RelayedSession } from './relayed-session.js';

/** Which calls go through the relay: all, or those whose far end speaks what our media planes do not. */
export interface MediaRelayUse {
  readonly relay: MediaRelay;
  readonly when: 'always' | 'secure-only';
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

  get size(): number {
    return this.#bySipSession.size;
  }

  /** For a call that came in: undefined where its media comes straight to us. Throws `SipSyntaxError` where its offer cannot be read. */
  forInvite({ sessionId, sdp, flow }: IncomingInvite): RelayedSession | undefined {
    if (!this.#use) return undefined;
    const outside = sdp === undefined ? usualMedia(flow.transport) : outsideMediaOf(sdp);
    const session = this.#make(outside);
    if (session) this.bind(sessionId, session);
    return session;
  }

  /** For an INVITE of ours over `transport`; to be bound once it is out. Encrypted where `encryption` says so, which needs a relay (`available`). */
  forTarget(transport: string, encryption: MediaEncryption = 'none'): RelayedSession | undefined {
    if (encryption === 'none') return this.#make(usualMedia(transport));
    return this.#make(encryption === 'sdes' ? sdesMedia : dtlsMedia);
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

  #make(outside: OutsideMedia): RelayedSession | undefined {
    const use = this.#use;
    if (!use || (use.when === 'secure-only' && !isEncrypted(outside.protocol))) return undefined;
    return new RelayedSession(Buffer.from(this.#random.bytes(12)).toString('hex'), use.relay, outside);
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
function usualMedia(transport: string): OutsideMedia {
  return transport.startsWith('ws') ? browserMedia : plainMedia;
}
