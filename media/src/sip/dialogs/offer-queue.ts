import { sendRequest } from '../client-request.js';
import type { RequestDraft } from '../compose.js';
import type { Flow } from '../flow.js';
import type { SipResponse } from '../parse/message.js';
import type { HeaderList, SipCredentials } from '../sip-command.js';
import type { Stack } from '../stack.js';
import type { TimerHandle } from '../timer-queue.js';
import { glareDelay } from './glare.js';
import { OutgoingReinvite } from './outgoing-reinvite.js';

/** A description to offer; `refresh` where only the session timer, or a new Contact, wants it (RFC 4028 7.4). */
export interface Offer {
  readonly by: 'INVITE' | 'UPDATE';
  readonly sdp: string | undefined;
  readonly refresh: boolean;
}

/** The session whose offers these are. */
export interface OfferUser {
  /** Whether nothing else of the session stands in its way. */
  ready(): boolean;
  /** The request, with at least `minSe` as session interval. */
  draft(offer: Offer, minSe: number): RequestDraft;
  /** The UPDATE was taken. */
  updated(offer: Offer, response: SipResponse, flow: Flow): void;
  /** The re-INVITE was taken: acknowledge it. */
  answered(offer: Offer, response: SipResponse, flow: Flow, cseq: number, auth: HeaderList): void;
  repeated(cseq: number): void;
  /** Refused, be it for now: there is no offer any more. */
  withdrawn(): void;
  /** The peer makes nothing of UPDATE. */
  noUpdate(): void;
  /** Refused for good. */
  failed(offer: Offer, status: number, response: SipResponse | undefined): void;
}

/**
 * Our re-INVITEs and UPDATEs, one at a time (RFC 3261 14.1, RFC 3311 5.1): the newest wish waits for the one under way, 491 and 422 are tried again. A peer
 * that makes nothing of UPDATE gets the same by re-INVITE.
 */
export class OfferQueue {
  readonly #stack: Stack;
  readonly #user: OfferUser;
  readonly #ownsCallId: boolean;
  readonly #credentials: SipCredentials | undefined;
  #underWay: Pick<OutgoingReinvite, 'abandonLater'> | undefined;
  /** What is under way may cross an offer of theirs. */
  #glares = false;
  #wanted: Offer | undefined;
  #backOff: TimerHandle | undefined;
  #minSe = 0;
  #closed = false;

  constructor(stack: Stack, ownsCallId: boolean, credentials: SipCredentials | undefined, user: OfferUser) {
    this.#stack = stack;
    this.#ownsCallId = ownsCallId;
    this.#credentials = credentials;
    this.#user = user;
  }

  /** Whether a re-INVITE or an offer of ours waits for its answer. */
  get busy(): boolean {
    return this.#underWay !== undefined && this.#glares;
  }

  /** Offers it as soon as possible. A refresh gives way to what is wanted already, since any re-INVITE or UPDATE refreshes. */
  want(offer: Offer): void {
    if (offer.refresh) this.#wanted ??= offer;
    else this.#wanted = offer;
    this.goOn();
  }

  /** Starts what waits, if nothing is in its way. */
  goOn(): void {
    const offer = this.#wanted;
    if (!offer || this.#closed || this.#underWay || this.#backOff || !this.#user.ready()) return;
    this.#wanted = undefined;
    this.#glares = offer.by === 'INVITE' || offer.sdp !== undefined;
    if (offer.by === 'UPDATE') this.#update(offer);
    else this.#reinvite(offer);
  }

  #reinvite(offer: Offer): void {
    this.#underWay = new OutgoingReinvite(this.#stack, () => this.#user.draft(offer, this.#minSe), this.#credentials, {
      answered: (response, flow, cseq, auth) => {
        this.#underWay = undefined;
        this.#user.answered(offer, response, flow, cseq, auth);
      },
      repeated: (cseq) => this.#user.repeated(cseq),
      failed: (status, response) => this.#failed(offer, status, response),
    });
  }

  #update(offer: Offer): void {
    // It ends by itself after 64×T1.
    this.#underWay = { abandonLater: () => undefined };
    const draft = () => this.#user.draft(offer, this.#minSe);
    sendRequest(this.#stack, draft, this.#credentials, (status, response, flow) => {
      if (status >= 300 || !response || !flow) this.#failed(offer, status, response);
      else {
        this.#underWay = undefined;
        if (!this.#closed) this.#user.updated(offer, response, flow);
      }
    });
  }

  /** The session is over: nothing new is sent, and the one under way waits for its answer only so long. */
  close(): void {
    this.#closed = true;
    this.#wanted = undefined;
    this.#stack.timers.cancel(this.#backOff);
    this.#underWay?.abandonLater();
  }

  #failed(offer: Offer, status: number, response: SipResponse | undefined): void {
    this.#underWay = undefined;
    if (this.#closed) return;
    this.#user.withdrawn();
    const minSe = response?.numberHeader('min-se');
    if (status === 491) {
      this.#wanted ??= offer;
      this.#backOff = this.#stack.timers.set(glareDelay(this.#ownsCallId, this.#stack.settings.random), () => {
        this.#backOff = undefined;
        this.goOn();
      });
    } else if (status === 422 && minSe !== undefined && minSe > this.#minSe && minSe < 86_400) {
      this.#minSe = minSe;
      this.#wanted ??= offer;
      this.goOn();
    } else if (offer.by === 'UPDATE' && isAboutUpdate(offer, status)) {
      this.#user.noUpdate();
      this.#wanted ??= { ...offer, by: 'INVITE' };
      this.goOn();
    } else this.#user.failed(offer, status, response);
  }
}

/**
 * Whether a re-INVITE may go through where this UPDATE did not: the peer makes nothing of UPDATE, wants to ask somebody first (504, RFC 3311 5.2), or says
 * nothing to a mere refresh, as boxes on the way do that let only some methods through.
 */
function isAboutUpdate({ refresh }: Offer, status: number): boolean {
  if (refresh) return status !== 481;
  return status === 405 || status === 501 || status === 504;
}
