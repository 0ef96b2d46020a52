import { contactHeader, type RequestDraft } from '../compose.js';
import type { Flow } from '../flow.js';
import type { SipResponse } from '../parse/message.js';
import type { HeaderList, SipCredentials } from '../sip-command.js';
import { allow, type Stack, supportedButReliable } from '../stack.js';
import type { Descriptions } from './descriptions.js';
import type { LiveDialog } from './live-dialog.js';
import { type Offer, OfferQueue, type OfferUser } from './offer-queue.js';
import type { SessionClock } from './session-clock.js';
import type { SessionReporter } from './session-reporter.js';
import { timerFromAnswer, timerHeaders } from './session-timer.js';

/** The answered session whose offers these are. */
export interface OwnOffersSession {
  readonly stack: Stack;
  readonly reporter: SessionReporter;
  readonly dialog: LiveDialog;
  readonly descriptions: Descriptions;
  readonly clock: SessionClock;
  readonly contactUser: string | undefined;
  readonly credentials: SipCredentials | undefined;
  isOpen(): boolean;
  /** Whether nothing else of the session stands in the way of an offer. */
  isReady(): boolean;
  acknowledge(cseq: number, auth: HeaderList): void;
  repeatAck(cseq: number): void;
  /** The peer makes nothing of UPDATE. */
  noUpdate(): void;
  /** Whether this answer to a request of ours ended the session (12.2.1.2). */
  endsBy(status: number): boolean;
}

/** Our re-INVITEs and UPDATEs of an answered session: what they say, and what their answers mean (RFC 3261 14.1, RFC 3311 5.1, RFC 4028 7.4). */
export class OwnOffers implements OfferUser {
  readonly #session: OwnOffersSession;
  readonly #queue: OfferQueue;

  constructor(session: OwnOffersSession) {
    const { stack, dialog, credentials } = session;
    this.#session = session;
    this.#queue = new OfferQueue(stack, dialog.state.role === 'uac', credentials, this);
  }

  /** Whether a re-INVITE or an offer of ours waits for its answer. */
  get busy(): boolean {
    return this.#queue.busy;
  }

  /** Offers it as soon as possible. */
  want(offer: Offer): void {
    this.#queue.want(offer);
  }

  /** Starts what waits, if nothing is in its way. */
  goOn(): void {
    this.#queue.goOn();
  }

  close(): void {
    this.#queue.close();
  }

  // --- what the queue asks ---

  ready(): boolean {
    return this.#session.isReady();
  }

  draft({ by, sdp: wanted, refresh }: Offer, minSe: number): RequestDraft {
    const { reporter, stack, dialog, descriptions, clock, contactUser } = this.#session;
    reporter.signal(true, by === 'INVITE' ? 'INVITE (re)' : by);
    const { settings } = stack;
    // A refresh that an UPDATE did not bring about says what stands.
    const sdp = by === 'INVITE' && refresh ? descriptions.local : wanted;
    if (sdp !== undefined) descriptions.offer('us', sdp);
    return dialog.next(by, {
      headers: [
        contactHeader(settings, dialog.route().target, contactUser),
        ['Allow', allow],
        ['Supported', supportedButReliable],
        ...timerHeaders(settings.sessionTimer, minSe, clock.timer),
      ],
      ...(sdp === undefined ? {} : { body: { contentType: 'application/sdp', content: sdp } }),
    });
  }

  answered(offer: Offer, response: SipResponse, flow: Flow, cseq: number, auth: HeaderList): void {
    this.#session.dialog.refresh(response, flow);
    this.#session.acknowledge(cseq, auth);
    this.#taken(offer, response);
  }

  updated(offer: Offer, response: SipResponse, flow: Flow): void {
    this.#session.dialog.refresh(response, flow);
    this.#taken(offer, response);
  }

  repeated(cseq: number): void {
    this.#session.repeatAck(cseq);
  }

  withdrawn(): void {
    this.#session.descriptions.withdraw('us');
  }

  noUpdate(): void {
    this.#session.noUpdate();
  }

  failed(offer: Offer, status: number, response: SipResponse | undefined): void {
    const { reporter, clock } = this.#session;
    if (!this.#session.isOpen() || this.#session.endsBy(status)) return;
    if (!offer.refresh) reporter.report({ type: 'reinvite-failed', sessionId: reporter.sessionId, status });
    // A peer that answers, though it refuses, is still there: the session need not end for it.
    else if (response) clock.set(clock.timer);
    this.goOn();
  }

  #taken(offer: Offer, response: SipResponse): void {
    const { reporter, descriptions, clock } = this.#session;
    if (!this.#session.isOpen()) return;
    reporter.signal(false, `${response.status} ${response.phrase}`);
    const { sdp } = response;
    const changed = sdp !== undefined && sdp !== descriptions.remote;
    descriptions.answer('us', sdp);
    clock.set(timerFromAnswer(response));
    if (!offer.refresh || changed) {
      reporter.report({ type: 'reinvite-answered', sessionId: reporter.sessionId, sdp });
    }
    this.goOn();
  }
}
