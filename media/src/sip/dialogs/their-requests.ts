import type { ServerRequest } from '../server-request.js';
import { type ReliableProvisionals, takePrack } from './reliable-provisionals.js';
import type { SessionTimer } from './session-timer.js';
import { TheirOffers, type TheirOffersUser } from './their-offers.js';
import { TheirReinvite, type TheirReinviteUser } from './their-reinvite.js';

/** The answered session whose requests these are. */
export interface TheirRequestsUser extends TheirReinviteUser, TheirOffersUser {
  readonly provisionals: ReliableProvisionals | undefined;
  isOpen(): boolean;
  /** Whether an offer or an answer of ours is under way: an INVITE of theirs crosses it (14.2). */
  isGlare(): boolean;
  timed(timer: SessionTimer | undefined): void;
  bye(request: ServerRequest): void;
}

/** What the peer of an answered session asks within its dialog (RFC 3261 12.2.2, 14.2, 15.1.2). */
export class TheirRequests {
  /** Whether the peer takes UPDATE, as far as it said. */
  takesUpdate: boolean;
  readonly #user: TheirRequestsUser;
  readonly #reinvite: TheirReinvite;
  /** What they change without an INVITE; most calls see nothing of it. */
  #offers: TheirOffers | undefined;

  constructor(user: TheirRequestsUser, takesUpdate: boolean, earlyOffers: TheirOffers | undefined) {
    this.#user = user;
    this.takesUpdate = takesUpdate;
    this.#reinvite = new TheirReinvite(user);
    this.#offers = earlyOffers;
    if (earlyOffers) earlyOffers.user = user;
  }

  /** Whether a re-INVITE waits for our user. */
  get reinviteWaits(): boolean {
    return this.#reinvite.waiting;
  }

  receive(request: ServerRequest): void {
    const { dialog } = this.#user;
    const { method } = request.request;
    if (!dialog.takes(request.request, request.flow)) {
      request.send(500);
      return;
    }
    if (method === 'BYE') this.#user.bye(request);
    else if (!this.#user.isOpen()) request.send(481);
    else if (method === 'INVITE') this.#invite(request);
    else if (method === 'UPDATE') this.#update(request);
    else if (method === 'PRACK') this.#prack(request);
    else this.#other(request);
  }

  close(): void {
    this.#offers?.close();
    this.#reinvite.close();
  }

  #invite(request: ServerRequest): void {
    this.#user.reporter.signal(false, 'INVITE (re)');
    // 14.2: one at a time; ours under way is glare, theirs unanswered is an error. One that overtook its ACK may come again.
    if (this.#user.isGlare()) request.send(491);
    else if (this.#reinvite.waiting || this.#offers?.waiting) tooEarly(request);
    else this.#reinvite.receive(request);
  }

  #update(request: ServerRequest): void {
    this.takesUpdate = true;
    if (this.#reinvite.waiting && request.request.sdp !== undefined) {
      tooEarly(request);
      return;
    }
    const { stack, reporter, dialog, descriptions } = this.#user;
    this.#offers ??= new TheirOffers(stack, reporter, dialog, descriptions, this.#user);
    this.#offers.update(request);
  }

  /** It crossed our 2xx. */
  #prack(request: ServerRequest): void {
    const { provisionals, reporter } = this.#user;
    if (!takePrack(request, provisionals)) return;
    reporter.signal(false, 'PRACK');
    request.send(200);
  }

  #other(served: ServerRequest): void {
    const { stack, reporter } = this.#user;
    const { id: requestId, request } = served;
    stack.await(served);
    reporter.signal(false, request.method);
    reporter.report({ type: 'in-dialog', sessionId: reporter.sessionId, requestId, request });
  }
}

/** One of theirs is not answered yet (14.2, RFC 3311 5.2). */
function tooEarly(request: ServerRequest): void {
  request.send(500, { headers: [['Retry-After', '1']] });
}
