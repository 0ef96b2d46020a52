import type { IncomingInvite, IncomingRequest, RegistrationChanged, SipEvent } from '../../sip/sip-event.js';
import { allow } from '../../sip/stack.js';
import type { EmbeddedLeg, SessionEvent } from './embedded-leg.js';
import type { IncomingCalls } from './incoming-calls.js';
import type { LegRegistry } from './leg-registry.js';
import { refusalFor } from './media-refusal.js';
import type { RelayedSessions } from './relay/relayed-sessions.js';
import type { SipStack } from './sip-stack.js';

/** Whom events may concern. */
interface Concerned {
  readonly stack: SipStack;
  readonly incoming: IncomingCalls;
  readonly legs: LegRegistry;
  readonly relays: RelayedSessions;
  /** A REGISTER came. */
  registering(event: IncomingRequest): void;
  registrationChanged(event: RegistrationChanged): void;
  /** Whether a new call would be served. */
  isServing(): boolean;
  /** A leg had an event. */
  handled(leg: EmbeddedLeg): void;
}

/** Nobody transfers a call that is not there (RFC 3515 2.4.2), and nobody subscribed (RFC 6665 4.1.3). Other methods are none of ours outside a dialog. */
const outsideDialogs: Readonly<Record<string, number>> = { REFER: 403, NOTIFY: 481 };

/** Gives each event of the SIP stack to whom it concerns. */
export class EventRouter {
  readonly #to: Concerned;
  /** Who waits for the answer to a request of ours. */
  readonly #replies = new Map<string, (status: number) => void>();

  constructor(concerned: Concerned) {
    this.#to = concerned;
  }

  /** Hears of the answer to a request of ours, until what it answers is called. */
  onReply(requestId: string, hear: (status: number) => void): () => void {
    this.#replies.set(requestId, hear);
    return () => this.#replies.delete(requestId);
  }

  route(event: SipEvent): void {
    switch (event.type) {
      case 'invite':
        this.#to.incoming.invited(event);
        return;
      case 'request':
        this.#request(event);
        return;
      case 'registration':
        this.#to.registrationChanged(event);
        return;
      case 'response':
        this.#replies.get(event.requestId)?.(event.status);
        return;
      default:
        this.#ofSession(event);
    }
  }

  #ofSession(event: Exclude<SessionEvent, IncomingInvite>): void {
    const { incoming, legs } = this.#to;
    if (event.type === 'ended' && incoming.ended(event)) return;
    if (event.type === 'signalling' && incoming.signalled(event)) return;
    const leg = legs.bySession(event.sessionId);
    if (leg) this.#hand(leg, event);
    else if (event.type === 'reinvite' || event.type === 'offer' || event.type === 'in-dialog') {
      this.#refuse(event.requestId, 481);
    }
  }

  /** Its description passes the relay first, where there is one. */
  #hand(leg: EmbeddedLeg, event: SessionEvent): void {
    const { relays, legs, handled } = this.#to;
    relays.take(event, {
      deliver: (seen) => {
        // It may have ended while the relay was asked.
        if (legs.bySession(event.sessionId) !== leg) this.route(event);
        else {
          leg.handle(seen);
          handled(leg);
        }
      },
      failed: (_, error) => {
        if ('requestId' in event) this.#refuse(event.requestId, refusalFor(error)[0]);
        else if (event.type === 'progress') leg.handle({ ...event, sdp: undefined });
        else leg.mediaFailed(error);
      },
    });
  }

  /** A request outside a dialog that makes none. */
  #request(event: IncomingRequest): void {
    const { requestId, request } = event;
    if (request.method === 'REGISTER') {
      this.#to.registering(event);
      return;
    }
    const isOptions = request.method === 'OPTIONS';
    const headers: [string, string][] = [['Allow', allow]];
    if (isOptions) headers.push(['Accept', 'application/sdp']);
    const status = isOptions ? (this.#to.isServing() ? 200 : 503) : (outsideDialogs[request.method] ?? 405);
    this.#to.stack.do((agent, now) => agent.respond(requestId, status, { headers, forget: true }, now));
  }

  #refuse(requestId: string, status: number): void {
    this.#to.stack.do((agent, now) => agent.respond(requestId, status, {}, now));
  }
}
