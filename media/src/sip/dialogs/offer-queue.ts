import type { RequestDraft } from '../compose.js';
import type { Flow } from '../flow.js';
import type { SipResponse } from '../parse/message.js';
import type { HeaderList, SipCredentials } from '../sip-command.js';
import type { Stack } from '../stack.js';
import type { TimerHandle } from '../timer-queue.js';
import { glareDelay } from './glare.js';
import { OutgoingReinvite } from './outgoing-reinvite.js';

/** A description to offer; `refresh` where only the session timer wants it (RFC 4028 7.4). */
export interface Offer {
  readonly sdp: string | undefined;
  readonly refresh: boolean;
}

/** The session whose offers these are. */
export interface OfferUser {
  /** Whether nothing else of the session stands in the way of a re-INVITE. */
  ready(): boolean;
  /** The re-INVITE, with at least `minSe` as session interval. */
  draft(offer: Offer, minSe: number): RequestDraft;
  answered(offer: Offer, response: SipResponse, flow: Flow, cseq: number, auth: HeaderList): void;
  repeated(cseq: number): void;
  /** Refused for good. */
  failed(offer: Offer, status: number, response: SipResponse | undefined): void;
}

/** Our re-INVITEs, one at a time (RFC 3261 14.1): the newest wish waits for the one under way, 491 and 422 are tried again. */
export class OfferQueue {
  readonly #stack: Stack;
  readonly #user: OfferUser;
  readonly #ownsCallId: boolean;
  readonly #credentials: SipCredentials | undefined;
  #underWay: OutgoingReinvite | undefined;
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

  /** Whether a re-INVITE of ours waits for its answer. */
  get busy(): boolean {
    return this.#underWay !== undefined;
  }

  /** Offers it as soon as possible. A refresh gives way to what is wanted already, since any re-INVITE refreshes. */
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
    this.#underWay = new OutgoingReinvite(this.#stack, () => this.#user.draft(offer, this.#minSe), this.#credentials, {
      answered: (response, flow, cseq, auth) => {
        this.#underWay = undefined;
        this.#user.answered(offer, response, flow, cseq, auth);
      },
      repeated: (cseq) => this.#user.repeated(cseq),
      failed: (status, response) => this.#failed(offer, status, response),
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
    } else this.#user.failed(offer, status, response);
  }
}
