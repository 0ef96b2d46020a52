import { contactHeader, reasonHeaders } from '../compose.js';
import { withoutConnection } from '../flow.js';
import type { SipRequest } from '../parse/message.js';
import { readReason } from '../parse/reason.js';
import { reasonPhrases } from '../parse/reason-phrases.js';
import type { ServerRequest } from '../server-request.js';
import type { HangUpOptions, HeaderList, ResponseOptions } from '../sip-command.js';
import type { SessionEnded } from '../sip-event.js';
import { allow, type DialogOwner, type Stack, supported } from '../stack.js';
import type { TimerHandle } from '../timer-queue.js';
import { Descriptions } from './descriptions.js';
import { calleeDialog, type Dialog, dialogKey } from './dialog.js';
import { EarlyUpdates } from './early-updates.js';
import { EstablishedSession } from './established-session.js';
import { LiveDialog } from './live-dialog.js';
import { type Provisional, ReliableProvisionals, takePrack } from './reliable-provisionals.js';
import type { SessionReporter } from './session-reporter.js';
import { answerTimer } from './session-timer.js';
import { TheirOffers } from './their-offers.js';
import { type TheirInvite, theirInvite } from './unanswered-invite.js';

/** An INVITE of theirs until its final answer: the early dialog at the callee (RFC 3261 13.3, RFC 3262 3). */
export class IncomingInvite implements DialogOwner {
  readonly #stack: Stack;
  readonly #reporter: SessionReporter;
  readonly #invite: ServerRequest;
  readonly #key: string;
  readonly #onEstablished: (session: EstablishedSession) => void;
  readonly #dialog: LiveDialog;
  readonly #descriptions = new Descriptions();
  /** Whether the caller takes provisionals that it must acknowledge, or insists on them. */
  readonly #reliability: 'unknown' | 'supported' | 'required';
  #provisionals: ReliableProvisionals | undefined;
  #offers: TheirOffers | undefined;
  #updates: EarlyUpdates | undefined;
  /** Whether a PRACK came. */
  #confirmed = false;
  /** Our 2xx that waits for a PRACK, or for the answer to an offer. */
  #held: Provisional | undefined;
  #contactUser: string | undefined;
  /** Set once it failed, while a PRACK may be on its way. */
  #lingering: TimerHandle | undefined;

  constructor(
    stack: Stack,
    reporter: SessionReporter,
    invite: ServerRequest,
    onEstablished: (session: EstablishedSession) => void,
  ) {
    this.#stack = stack;
    this.#reporter = reporter;
    this.#invite = invite;
    this.#onEstablished = onEstablished;
    const { request } = invite;
    const dialog = calleeDialog(request, invite.toTag, invite.flow);
    this.#dialog = new LiveDialog(dialog);
    this.#key = dialogKey(dialog.callId, dialog.localTag, dialog.remoteTag);
    this.#reliability = request.hasToken('require', '100rel')
      ? 'required'
      : request.hasToken('supported', '100rel')
        ? 'supported'
        : 'unknown';
    const { sdp } = request;
    if (sdp !== undefined) this.#descriptions.offer('them', sdp);
    stack.dialogs.set(this.#key, this);
    invite.answer = (status, options) => this.respond(status, options);
    if (invite.transaction.kind === 'invite-server') invite.transaction.onCancel = (cancel) => this.#canceled(cancel);
    stack.await(invite);
    reporter.signal(false, 'INVITE');
    reporter.report({
      type: 'invite',
      sessionId: reporter.sessionId,
      requestId: invite.id,
      request,
      flow: invite.flow,
      sdp,
    });
  }

  /** The dialog as plain data. */
  get dialog(): Dialog {
    return this.#dialog.state;
  }

  get sessionId(): string {
    return this.#reporter.sessionId;
  }

  /** As plain data, while it has no final answer. */
  get unanswered(): TheirInvite | undefined {
    const { request, flow } = this.#invite;
    return this.#invite.answered ? undefined : theirInvite(request, this.dialog.local, withoutConnection(flow));
  }

  respond(status: number, options: ResponseOptions): boolean {
    if (this.#invite.answered) return false;
    if (options.contactUser !== undefined) this.#contactUser = options.contactUser;
    if (status >= 300) return this.#refuse(status, options);
    if (this.#held) return false;
    if (status < 200) return this.#provide(status, options);
    if (this.#mustHold()) {
      this.#held = { status, options };
      return true;
    }
    return this.#accept(status, options);
  }

  hangUp(options: HangUpOptions): void {
    const headers = [...reasonHeaders(options.reason), ...(options.headers ?? [])];
    this.respond(options.status ?? 480, { headers });
  }

  /** Sends an UPDATE, once the caller knows the dialog for sure: a provisional was acknowledged (RFC 3311 5.1). */
  update(sdp: string | undefined): boolean {
    if (this.#invite.answered || !this.#confirmed) return false;
    this.#updates ??= new EarlyUpdates({
      stack: this.#stack,
      reporter: this.#reporter,
      dialog: this.#dialog,
      descriptions: this.#descriptions,
      contactUser: this.#ownContactUser,
      credentials: undefined,
    });
    this.#updates.onSettled = () => this.#goOn();
    return this.#updates.send(sdp);
  }

  /** A request within the early dialog. */
  receive(request: ServerRequest): void {
    const { method } = request.request;
    if (!this.#dialog.takes(request.request, request.flow)) {
      request.send(500);
    } else if (method === 'PRACK') {
      this.#acknowledge(request);
    } else if (this.#invite.answered) {
      request.send(481);
    } else if (method === 'UPDATE') {
      this.#theirOffers.update(request);
    } else if (method === 'BYE') {
      this.#reporter.signal(false, 'BYE');
      request.send(200);
      this.#terminate(request.request);
    } else if (method === 'INVITE') {
      // 14.2: a second INVITE before the first was answered.
      request.send(500, { headers: [['Retry-After', '1']] });
    } else {
      this.#stack.await(request);
      this.#reporter.report({
        type: 'in-dialog',
        sessionId: this.#reporter.sessionId,
        requestId: request.id,
        request: request.request,
      });
    }
  }

  acknowledged(): void {}

  // --- provisional answers ---

  #provide(status: number, options: ResponseOptions): boolean {
    const provisional = { status, options };
    const reliable = status > 100 && (this.#reliability === 'required' || options.reliable === true);
    if (!reliable || this.#reliability === 'unknown') {
      const { bytes } = this.#write(provisional, [], false);
      if (!this.#invite.sendBytes(status, bytes)) return false;
      this.#signal(provisional);
      return true;
    }
    // 3262 5: where the INVITE made no offer, the first reliable answer must.
    const mustOffer = this.#descriptions.open === undefined && this.#descriptions.exchanges === 0;
    if (mustOffer && !this.#provisionals?.pending && options.sdp === undefined) return false;
    this.#provisionals ??= new ReliableProvisionals(this.#stack, this.#invite, {
      write: (each, headers) => this.#write(each, headers, true),
      sent: (each) => this.#signal(each),
      gaveUp: () => this.#refuse(504, {}, 'no-prack'),
    });
    this.#provisionals.add(provisional);
    return true;
  }

  #write(
    { status, options }: Provisional,
    headers: HeaderList,
    reliable: boolean,
  ): { bytes: Buffer; hasDescription: boolean } {
    const { sdp, ...rest } = options;
    const said = reliable ? this.#say(sdp) : this.#preview(sdp);
    const extra: HeaderList = status > 100 ? [...this.#dialogHeaders(), ['Allow', allow], ...headers] : headers;
    const bytes = this.#invite.compose(status, said === undefined ? rest : { ...rest, sdp: said }, extra);
    return { bytes, hasDescription: said !== undefined };
  }

  /** What a reliable answer says: the answer to their offer, or our offer; nothing once that is settled (RFC 6337 3.1.1). */
  #say(sdp: string | undefined): string | undefined {
    const { open, exchanges } = this.#descriptions;
    if (sdp === undefined || open === 'us' || exchanges > 0) return undefined;
    if (open === 'them') this.#descriptions.answer('them', sdp);
    else this.#descriptions.offer('us', sdp);
    return sdp;
  }

  /** What an unreliable one may say: a preview of the answer, never an offer (RFC 3261 13.2.1). */
  #preview(sdp: string | undefined): string | undefined {
    return this.#descriptions.open === 'them' && this.#descriptions.exchanges === 0 ? sdp : undefined;
  }

  // --- PRACK ---

  #acknowledge(request: ServerRequest): void {
    if (!takePrack(request, this.#provisionals)) return;
    this.#reporter.signal(false, 'PRACK');
    this.#confirmed = true;
    const { sdp } = request.request;
    if (this.#lingering || this.#invite.answered) {
      request.send(200);
      this.#forget();
      return;
    }
    const { open, exchanges } = this.#descriptions;
    if (open === 'us') {
      // Whoever leaves the answer out is asked again by the 2xx.
      if (sdp === undefined) this.#descriptions.withdraw('us');
      else this.#descriptions.answer('us', sdp);
      request.send(200);
      this.#acknowledgedWith(sdp);
    } else {
      const mayOffer = open === undefined && exchanges > 0;
      if (sdp === undefined || !mayOffer) request.send(200);
      this.#acknowledgedWith(undefined);
      if (sdp !== undefined && mayOffer) this.#theirOffers.prackOffer(request, sdp);
    }
    this.#goOn();
  }

  #acknowledgedWith(sdp: string | undefined): void {
    this.#reporter.report({ type: 'provisional-acknowledged', sessionId: this.#reporter.sessionId, sdp });
  }

  // --- final answers ---

  /** 3262 3: no 2xx while a reliable answer with a description waits for its PRACK; nor while an offer after the first waits for its answer. */
  #mustHold(): boolean {
    const { open, exchanges } = this.#descriptions;
    return this.#provisionals?.holdsAnswer === true || (open !== undefined && exchanges > 0);
  }

  #goOn(): void {
    if (this.#invite.answered || this.#mustHold()) return;
    const held = this.#held;
    this.#held = undefined;
    if (held) this.#accept(held.status, held.options);
    else this.#provisionals?.next();
  }

  #accept(status: number, options: ResponseOptions): boolean {
    const { settings } = this.#stack;
    const timer = answerTimer(settings.sessionTimer, this.#invite.request);
    const extra: HeaderList = [
      ...this.#dialogHeaders(),
      ['Allow', allow],
      ['Supported', supported],
      ...(timer.tooSmall ? [] : timer.headers),
    ];
    const { sdp, ...rest } = options;
    const said = this.#say(sdp);
    const bytes = this.#invite.compose(status, said === undefined ? rest : { ...rest, sdp: said }, extra);
    if (!this.#invite.sendBytes(status, bytes)) return false;
    this.#signal({ status, options });
    this.#provisionals?.close();
    this.#updates?.close();
    const session = new EstablishedSession(this.#stack, this.#reporter, this.#dialog, {
      contactUser: this.#ownContactUser,
      credentials: undefined,
      descriptions: this.#descriptions,
      timer: timer.tooSmall ? undefined : timer.timer,
      peerUpdates: this.#invite.request.hasToken('allow', 'UPDATE'),
      ...(this.#offers ? { offers: this.#offers } : {}),
      ...(this.#updates ? { updates: this.#updates } : {}),
      ...(this.#provisionals ? { provisionals: this.#provisionals } : {}),
    });
    this.#onEstablished(session);
    session.keepAnswer(this.#invite.request.cseq.number, this.#invite.transaction.target, bytes);
    this.#reporter.report({ type: 'accepted', sessionId: this.#reporter.sessionId });
    return true;
  }

  #refuse(status: number, options: ResponseOptions, why: 'rejected' | 'no-prack' = 'rejected'): boolean {
    if (!this.#invite.send(status, options)) return false;
    this.#signal({ status, options });
    this.#leave();
    this.#reporter.end({ by: why === 'rejected' ? 'local' : 'system', why, status });
    return true;
  }

  #canceled(cancel: SipRequest): void {
    this.#reporter.signal(false, 'CANCEL');
    this.#terminate(cancel);
  }

  /** 487 to the INVITE (9.2, 15.1.2). */
  #terminate(because: SipRequest): void {
    if (!this.#invite.send(487)) return;
    this.#reporter.signal(true, '487 Request Terminated');
    this.#leave();
    const reason = readReason(because);
    const end: Omit<SessionEnded, 'type' | 'sessionId'> = { by: 'remote', why: 'canceled', status: 487 };
    this.#reporter.end(reason ? { ...end, reason } : end);
  }

  /** It failed. A PRACK that is on its way is still taken (3262 3). */
  #leave(): void {
    this.#held = undefined;
    this.#offers?.close();
    this.#updates?.close();
    this.#provisionals?.close();
    if (!this.#provisionals?.pending) this.#forget();
    else {
      const { timers, settings } = this.#stack;
      this.#lingering = timers.setLoosely(64 * settings.timers.t1, () => this.#forget());
    }
  }

  #forget(): void {
    this.#stack.timers.cancel(this.#lingering);
    if (this.#stack.dialogs.get(this.#key) === this) this.#stack.dialogs.delete(this.#key);
  }

  // --- what its messages carry ---

  get #theirOffers(): TheirOffers {
    this.#offers ??= new TheirOffers(this.#stack, this.#reporter, this.#dialog, this.#descriptions, {
      contactUser: this.#ownContactUser,
      timed: undefined,
      settled: () => this.#goOn(),
    });
    return this.#offers;
  }

  get #ownContactUser(): string {
    return this.#contactUser ?? this.#invite.request.parsedUri.user;
  }

  /** Record-Routes copied in their order (12.1.1), and our Contact. */
  #dialogHeaders(): HeaderList {
    const { request, source } = this.#invite;
    return [
      ...request.lines('record-route').map((value) => ['Record-Route', value] as const),
      contactHeader(this.#stack.settings, source, this.#ownContactUser),
    ];
  }

  #signal({ status, options }: Provisional): void {
    this.#reporter.signal(true, `${status} ${options.phrase ?? reasonPhrases[status] ?? ''}`.trim());
  }
}
