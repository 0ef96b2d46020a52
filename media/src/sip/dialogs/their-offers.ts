import { randomInteger } from '@hookswitch/kernel/random';
import { contactHeader } from '../compose.js';
import { reasonPhrases } from '../parse/reason-phrases.js';
import type { ServerRequest } from '../server-request.js';
import type { HeaderList, ResponseOptions } from '../sip-command.js';
import { allow, type Stack, supported } from '../stack.js';
import type { Descriptions } from './descriptions.js';
import type { LiveDialog } from './live-dialog.js';
import type { SessionReporter } from './session-reporter.js';
import { answerTimer, type SessionTimer, type TimerAnswer } from './session-timer.js';

/** The dialog whose requests these are. */
export interface TheirOffersUser {
  readonly contactUser: string | undefined;
  /** A session timer was agreed on (RFC 4028); undefined while there is no session to time. */
  timed: ((timer: SessionTimer | undefined) => void) | undefined;
  /** Nothing of theirs waits any more. */
  settled(): void;
}

/**
 * What the peer changes without an INVITE: UPDATE (RFC 3311 5.2), and offers in a PRACK (RFC 3262 5). One at a time; what carries a description waits
 * for our user, the rest is answered at once.
 */
export class TheirOffers {
  readonly #stack: Stack;
  readonly #reporter: SessionReporter;
  readonly #dialog: LiveDialog;
  readonly #descriptions: Descriptions;
  /** Who has the dialog: its early owner, then the session. */
  user: TheirOffersUser;
  #waiting: ServerRequest | undefined;

  constructor(
    stack: Stack,
    reporter: SessionReporter,
    dialog: LiveDialog,
    descriptions: Descriptions,
    user: TheirOffersUser,
  ) {
    this.#stack = stack;
    this.#reporter = reporter;
    this.#dialog = dialog;
    this.#descriptions = descriptions;
    this.user = user;
  }

  /** Whether one waits for our user. */
  get waiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** An UPDATE. */
  update(request: ServerRequest): void {
    this.#reporter.signal(false, 'UPDATE');
    const { sdp } = request.request;
    const { open, exchanges } = this.#descriptions;
    const early = this.user.timed === undefined;
    // 5.2: an UPDATE at a time; an offer of theirs unanswered is an error, one of ours is glare.
    if (this.#waiting || (sdp !== undefined && open === 'them')) {
      const seconds = randomInteger(this.#stack.settings.random, 0, 10);
      this.#refuse(request, 500, [['Retry-After', String(seconds)]]);
      return;
    }
    // 5.1: nor may it offer anything before the INVITE's own offer was made and answered.
    if (sdp !== undefined && (open === 'us' || (early && exchanges === 0))) {
      this.#refuse(request, 491);
      return;
    }
    const timer = early ? undefined : answerTimer(this.#stack.settings.sessionTimer, request.request);
    if (timer?.tooSmall) {
      this.#refuse(request, 422, [['Min-SE', String(timer.minSe)]]);
      return;
    }
    if (sdp === undefined) this.#accept(request, 200, {}, timer);
    else this.#ask(request, sdp, timer);
  }

  /** A PRACK that makes an offer. */
  prackOffer(request: ServerRequest, sdp: string): void {
    this.#ask(request, sdp, undefined);
  }

  /** It is over: what waits gets 487 (RFC 3261 15.1.2). */
  close(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.send(487);
  }

  #ask(request: ServerRequest, sdp: string, timer: TimerAnswer | undefined): void {
    this.#waiting = request;
    this.#descriptions.offer('them', sdp);
    request.answer = (status, options) => this.#answer(request, status, options, timer);
    this.#stack.await(request);
    this.#reporter.report({
      type: 'offer',
      sessionId: this.#reporter.sessionId,
      requestId: request.id,
      request: request.request,
      toTag: this.#dialog.state.role === 'uac' ? this.#dialog.state.remoteTag : undefined,
      sdp,
    });
  }

  #answer(request: ServerRequest, status: number, options: ResponseOptions, timer: TimerAnswer | undefined): boolean {
    if (request.answered) return false;
    if (status < 200) return request.send(status, options);
    this.#waiting = undefined;
    if (status < 300) {
      if (!this.#accept(request, status, options, timer)) return false;
    } else {
      this.#descriptions.withdraw('them');
      this.#signal(status);
      if (!request.send(status, options)) return false;
    }
    this.user.settled();
    return true;
  }

  #accept(request: ServerRequest, status: number, options: ResponseOptions, timer: TimerAnswer | undefined): boolean {
    const update = request.request.method === 'UPDATE';
    const agreed = timer && !timer.tooSmall ? timer : undefined;
    const extra: HeaderList = update
      ? [
          contactHeader(this.#stack.settings, request.source, this.user.contactUser),
          ['Allow', allow],
          ['Supported', supported],
          ...(agreed?.headers ?? []),
        ]
      : [];
    this.#signal(status);
    if (!request.send(status, options, extra)) return false;
    if (request.request.sdp !== undefined) this.#descriptions.answer('them', options.sdp);
    if (update) {
      // 5.2: a target refresh.
      this.#dialog.refresh(request.request, request.flow);
      if (agreed) this.user.timed?.(agreed.timer);
    }
    return true;
  }

  #refuse(request: ServerRequest, status: number, headers: HeaderList = []): void {
    this.#signal(status);
    request.send(status, { headers });
  }

  #signal(status: number): void {
    this.#reporter.signal(true, `${status} ${reasonPhrases[status] ?? ''}`.trim());
  }
}
