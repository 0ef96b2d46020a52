import { sendRequest } from '../client-request.js';
import { contactHeader, reasonHeaders } from '../compose.js';
import type { SipTarget } from '../flow.js';
import type { SipRequest } from '../parse/message.js';
import { readReason } from '../parse/reason.js';
import type { ServerRequest } from '../server-request.js';
import type { HangUpOptions, HeaderList, SipCredentials } from '../sip-command.js';
import type { SessionEnd } from '../sip-event.js';
import type { DialogOwner, Stack } from '../stack.js';
import { ReferSubscription } from '../transfer/refer-subscription.js';
import { AnswerKeeper } from './answer-keeper.js';
import type { Descriptions } from './descriptions.js';
import { type Dialog, dialogKey } from './dialog.js';
import type { EarlyUpdates } from './early-updates.js';
import type { LiveDialog } from './live-dialog.js';
import { OwnAcks } from './own-acks.js';
import { OwnOffers } from './own-offers.js';
import type { ReliableProvisionals } from './reliable-provisionals.js';
import { SessionClock } from './session-clock.js';
import type { SessionReporter } from './session-reporter.js';
import type { SessionSnapshot } from './session-snapshot.js';
import type { SessionTimer } from './session-timer.js';
import type { TheirOffers } from './their-offers.js';
import { TheirRequests } from './their-requests.js';

/** What a session starts with. */
export interface SessionStart {
  readonly contactUser: string | undefined;
  readonly credentials: SipCredentials | undefined;
  readonly descriptions: Descriptions;
  /** Whether the peer takes UPDATE, as its INVITE or its 2xx to ours says. */
  readonly peerUpdates: boolean;
  /** What the early dialog has of theirs. */
  readonly offers?: TheirOffers;
  /** What it has of ours. */
  readonly updates?: EarlyUpdates;
  readonly provisionals?: ReliableProvisionals;
  readonly timer: SessionTimer | undefined;
}

/**
 * - `open`: the session lives.
 * - `closing`: it is over for its user; our BYE waits for the ACK to our 2xx (15.1.1) or for its answer.
 * - `over`: nothing is left of it.
 */
type State = 'open' | 'closing' | 'over';
type Signal = 'close' | 'done';
const table: Readonly<Record<State, Readonly<Partial<Record<Signal, State>>>>> = {
  open: { close: 'closing', done: 'over' },
  closing: { done: 'over' },
  over: {},
};

/** An answered session: requests within its dialog both ways (RFC 3261 12.2, 14, 15) and its session timer (RFC 4028). */
export class EstablishedSession implements DialogOwner {
  readonly #stack: Stack;
  readonly #reporter: SessionReporter;
  readonly #start: SessionStart;
  readonly #key: string;
  #state: State = 'open';
  readonly #dialog: LiveDialog;
  readonly #acks: OwnAcks;
  readonly #clock: SessionClock;
  readonly #descriptions: Descriptions;
  /** Our 2xx that waits for its ACK. */
  #keeper: AnswerKeeper | undefined;
  /** Headers of the BYE that waits for that ACK. */
  #waitingBye: HeaderList | undefined;
  readonly #theirs: TheirRequests;
  readonly #offers: OwnOffers;

  constructor(stack: Stack, reporter: SessionReporter, dialog: LiveDialog, start: SessionStart) {
    this.#stack = stack;
    this.#reporter = reporter;
    this.#dialog = dialog;
    this.#acks = new OwnAcks(stack, reporter, this.#dialog);
    this.#clock = new SessionClock(
      stack.timers,
      () => this.#refresh(),
      () => this.hangUp({}, 'system', 'session-expired'),
    );
    this.#start = start;
    this.#descriptions = start.descriptions;
    const { callId, localTag, remoteTag } = dialog.state;
    this.#key = dialogKey(callId, localTag, remoteTag);
    stack.dialogs.set(this.#key, this);
    this.#offers = new OwnOffers({
      stack,
      reporter,
      dialog,
      descriptions: start.descriptions,
      clock: this.#clock,
      contactUser: start.contactUser,
      credentials: start.credentials,
      isOpen: () => this.#state === 'open',
      isReady: () => this.#isReady(),
      acknowledge: (cseq, auth) => this.acknowledge(cseq, auth),
      repeatAck: (cseq) => this.repeatAck(cseq),
      noUpdate: () => {
        this.#theirs.takesUpdate = false;
      },
      endsBy: (status) => this.#judgeFailure(status),
    });
    this.#theirs = new TheirRequests(
      {
        stack,
        reporter,
        dialog,
        descriptions: start.descriptions,
        contactUser: start.contactUser,
        provisionals: start.provisionals,
        isOpen: () => this.#state === 'open',
        isGlare: () => this.#offers.busy || this.#isUnacknowledged(),
        timed: (timer) => this.#setTimer(timer),
        accepted: ({ request, transaction }, bytes) => this.keepAnswer(request.cseq.number, transaction.target, bytes),
        settled: () => this.#offers.goOn(),
        bye: (request) => this.#receiveBye(request),
      },
      start.peerUpdates,
      start.offers,
    );
    if (start.updates) start.updates.onSettled = () => this.#offers.goOn();
    this.#setTimer(start.timer);
  }

  /** The dialog as plain data. */
  get dialog(): Dialog {
    return this.#dialog.state;
  }

  /** What a later process needs to go on with it (`SessionSnapshot`); undefined once it is over. */
  snapshot(): SessionSnapshot | undefined {
    if (this.#state !== 'open') return undefined;
    const { contactUser, credentials } = this.#start;
    return {
      dialog: this.#dialog.state,
      contactUser,
      credentials,
      peerUpdates: this.#theirs.takesUpdate,
      local: this.#descriptions.local,
      remote: this.#descriptions.remote,
      timer: this.#clock.timer,
    };
  }

  /** The peer is reached another way now: it came back on another connection. */
  moveTo(path: SipTarget): void {
    this.#dialog.moveTo(path);
  }

  /** Refreshes the session after so long, where that is ours to do: a former process may have been about to. Milliseconds. */
  refreshAfter(delayMs: number): void {
    this.#clock.refreshAfter(delayMs);
  }

  get sessionId(): string {
    return this.#reporter.sessionId;
  }

  /** The dialog's name, as `dialogKey`. */
  get key(): string {
    return this.#key;
  }

  // --- the ACKs ---

  /** Repeats our 2xx until its ACK comes. */
  keepAnswer(cseq: number, target: SipTarget, bytes: Buffer): void {
    const { timers, settings } = this.#stack;
    const context = {
      timers,
      times: settings.timers,
      send: (to: SipTarget, what: Buffer) => this.#stack.send(to, what),
    };
    this.#keeper?.stop();
    this.#keeper = new AnswerKeeper(context, cseq, target, bytes, () => {
      this.#keeper = undefined;
      this.#endWith('system', 'no-ack', {});
      this.#bye(this.#waitingBye ?? []);
    });
  }

  acknowledged(ack: SipRequest): void {
    if (this.#keeper?.cseq !== ack.cseq.number) return;
    this.#keeper.stop();
    this.#keeper = undefined;
    this.#reporter.signal(false, 'ACK');
    const sdp = this.#descriptions.open === 'us' ? ack.sdp : undefined;
    this.#descriptions.answer('us', sdp);
    this.#reporter.report({ type: 'acknowledged', sessionId: this.#reporter.sessionId, sdp });
    if (this.#waitingBye) this.#bye(this.#waitingBye);
    else this.#offers.goOn();
  }

  /** Acknowledges a 2xx to an INVITE of ours; goes straight to the remote target through the route set (13.2.2.4). */
  acknowledge(cseq: number, auth: HeaderList): void {
    this.#acks.send(cseq, auth);
  }

  /** The 2xx came again: so does the ACK. */
  repeatAck(cseq: number): void {
    this.#acks.repeat(cseq);
  }

  /** The 2xx holds an offer: the ACK waits for the user's answer. */
  oweAck(cseq: number, auth: HeaderList): void {
    this.#acks.owe(cseq, auth);
  }

  /** The user's answer to the offer in a 2xx. */
  payAck(sdp: string | undefined): boolean {
    if (this.#acks.owing) this.#descriptions.answer('them', sdp);
    return this.#acks.pay(sdp);
  }

  // --- requests of theirs ---

  receive(request: ServerRequest): void {
    this.#theirs.receive(request);
  }

  #receiveBye(request: ServerRequest): void {
    this.#reporter.signal(false, 'BYE');
    request.send(200);
    const reason = readReason(request.request);
    this.#reporter.end({ by: 'remote', why: 'bye', ...(reason ? { reason } : {}) });
    this.#keeper?.stop();
    this.#keeper = undefined;
    // While our own BYE is out the dialog stays for its answer.
    if (this.#state === 'open' || this.#waitingBye) this.#finish();
  }

  // --- requests of ours ---

  /** Offers a description; waits for its turn. */
  reinvite(sdp: string): boolean {
    if (this.#state !== 'open') return false;
    this.#offers.want({ by: 'INVITE', sdp, refresh: false });
    return true;
  }

  /** Sends an UPDATE: with an offer, or to tell our Contact and refresh the session timer only (RFC 3311, RFC 4028 7.4). Waits for its turn. */
  update(sdp: string | undefined): boolean {
    if (this.#state !== 'open') return false;
    this.#offers.want({ by: 'UPDATE', sdp, refresh: sdp === undefined });
    return true;
  }

  /** By UPDATE where the peer takes it, which need not say anything of the media (4028 7.4). */
  #refresh(): void {
    if (this.#theirs.takesUpdate) this.#offers.want({ by: 'UPDATE', sdp: undefined, refresh: true });
    else this.#offers.want({ by: 'INVITE', sdp: this.#descriptions.local, refresh: true });
  }

  #isReady(): boolean {
    const settled = !this.#theirs.reinviteWaits && this.#descriptions.open === undefined;
    return this.#state === 'open' && settled && !this.#isUnacknowledged();
  }

  /** An answer to an INVITE, ours or theirs, waits for its ACK. */
  #isUnacknowledged(): boolean {
    return this.#keeper !== undefined || this.#descriptions.open === 'us' || this.#acks.owing;
  }

  /** A request within the dialog other than INVITE and BYE. */
  request(
    requestId: string,
    method: string,
    options: { headers?: HeaderList; body?: { contentType: string; content: string } },
  ): boolean {
    if (this.#state !== 'open') return false;
    this.#reporter.signal(true, method);
    const draft = () => this.#dialog.next(method, options);
    sendRequest(this.#stack, draft, this.#start.credentials, (status, response) => {
      this.#reporter.report({ type: 'response', requestId, status, response });
      this.#judgeFailure(status);
    });
    return true;
  }

  /** What tells the far end what comes of its REFER; it outlives the session. `onOver` hears of its end. */
  referSubscription(cseq: number, onOver: () => void): ReferSubscription {
    const { contactUser, credentials } = this.#start;
    const signal = (line: string) => this.#reporter.signal(true, line);
    const [stack, dialog] = [this.#stack, this.#dialog];
    return new ReferSubscription({ stack, dialog, contactUser, credentials, cseq, signal }, onOver);
  }

  /** Our Contact in requests and answers that refresh the target. */
  get contact(): HeaderList[number] {
    return contactHeader(this.#stack.settings, this.#dialog.route().target, this.#start.contactUser);
  }

  /** Ends the session with a BYE. */
  hangUp(options: HangUpOptions, by: 'local' | 'system' = 'local', why: SessionEnd = 'bye'): void {
    if (this.#state !== 'open') return;
    this.payAck(undefined);
    const headers = [...reasonHeaders(options.reason), ...(options.headers ?? [])];
    const silent = this.#reporter.ended;
    if (!silent) this.#reporter.signal(true, 'BYE');
    this.#endWith(by, why, {});
    // 15.1.1: the callee must not send BYE before the ACK came or the transaction timed out.
    if (this.#keeper) {
      this.#waitingBye = headers;
      this.#take('close');
      this.#stopTimers();
    } else this.#bye(headers);
  }

  #bye(headers: HeaderList): void {
    this.#waitingBye = undefined;
    this.#take('close');
    this.#stopTimers();
    sendRequest(
      this.#stack,
      () => this.#dialog.next('BYE', { headers }),
      this.#start.credentials,
      () => this.#finish(),
    );
  }

  /** 12.2.1.2: 481 and 408 end the dialog. */
  #judgeFailure(status: number): boolean {
    if (this.#state !== 'open' || (status !== 481 && status !== 408)) return false;
    if (status === 408) this.hangUp({}, 'system', 'timeout');
    else {
      this.#endWith('remote', 'timeout', { status });
      this.#finish();
    }
    return true;
  }

  // --- session timer (RFC 4028) ---

  #setTimer(timer: SessionTimer | undefined): void {
    if (this.#state === 'open') this.#clock.set(timer);
  }

  #stopTimers(): void {
    this.#clock.stop();
    this.#theirs.close();
    this.#offers.close();
  }

  // --- ends ---

  #endWith(by: 'local' | 'remote' | 'system', why: SessionEnd, extra: { status?: number }): void {
    this.#reporter.end({ by, why, ...extra });
  }

  #finish(): void {
    if (!this.#take('done')) return;
    this.#stopTimers();
    this.#keeper?.stop();
    this.#keeper = undefined;
    if (this.#stack.dialogs.get(this.#key) === this) this.#stack.dialogs.delete(this.#key);
  }

  #take(signal: Signal): boolean {
    const next = table[this.#state][signal];
    if (next !== undefined) this.#state = next;
    return next !== undefined;
  }
}
