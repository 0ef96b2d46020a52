import { DigestClient } from '../auth/digest-client.js';
import { composeCompanion, composeRequest, contactHeader, type RequestDraft, reasonHeaders } from '../compose.js';
import { type Flow, targetOfFlow, withoutConnection } from '../flow.js';
import { overloadOffer } from '../overload-control.js';
import type { SipResponse } from '../parse/message.js';
import { nameAddrText } from '../parse/name-addr.js';
import { readReason } from '../parse/reason.js';
import type { HangUpOptions, HeaderList, InviteOptions } from '../sip-command.js';
import { SipSyntaxError } from '../sip-errors.js';
import { allow, type Stack, supported, supportedButReliable } from '../stack.js';
import type { TimerHandle } from '../timer-queue.js';
import type { InviteClientTransaction } from '../transactions/invite-client.js';
import { Descriptions } from './descriptions.js';
import { callerDialog, type Dialog, dialogKey, routeThrough, routeWithin } from './dialog.js';
import type { Heard } from './early-dialog.js';
import { EarlyDialogs, mostForks } from './early-dialogs.js';
import { EstablishedSession } from './established-session.js';
import { LiveDialog } from './live-dialog.js';
import { SessionReporter } from './session-reporter.js';
import { timerFromAnswer, timerHeaders } from './session-timer.js';
import type { FormerInvite, OurInvite } from './unanswered-invite.js';

/**
 * - `calling`: no provisional yet, a CANCEL would have to wait (9.1).
 * - `proceeding`: a provisional came.
 * - `cancelling`: given up; what still comes is cleaned up unseen.
 * - `answered`: the first 2xx came; those of other forks are acknowledged and ended.
 * - `failed`: a final failure came.
 */
type State = 'calling' | 'proceeding' | 'cancelling' | 'answered' | 'failed';
type Signal = 'again' | 'provisional' | 'cancel' | 'success' | 'failure';
const table: Readonly<Record<State, Readonly<Partial<Record<Signal, State>>>>> = {
  calling: {
    provisional: 'proceeding',
    cancel: 'cancelling',
    success: 'answered',
    failure: 'failed',
    again: 'calling',
  },
  proceeding: {
    provisional: 'proceeding',
    cancel: 'cancelling',
    success: 'answered',
    failure: 'failed',
    again: 'calling',
  },
  cancelling: {},
  answered: {},
  failed: {},
};

/** What a provisional says to a user that gave up. */
const unheard: Heard = { sdp: undefined, offers: false };

/** An INVITE of ours up to its answers (RFC 3261 13.2), with challenges, 422 and forks. */
export class OutgoingInvite {
  readonly #stack: Stack;
  readonly #reporter: SessionReporter;
  readonly #options: InviteOptions;
  readonly #onEstablished: (session: EstablishedSession) => void;
  readonly #digest: DigestClient | undefined;
  readonly #callId: string;
  readonly #fromTag: string;
  readonly #from: string;
  #state: State = 'calling';
  #cseq = 0;
  #minSe = 0;
  #draft!: RequestDraft;
  #branch = '';
  /** The INVITE of a former process that this one is, sent again. */
  #former: FormerInvite | undefined;
  #transaction!: InviteClientTransaction;
  /** Headers of the CANCEL that waits for a provisional. */
  #cancel: HeaderList | undefined;
  #provisional = false;
  #giveUp: TimerHandle | undefined;
  /** Tags of those that answered provisionally. */
  #earlyTags: string[] | undefined;
  /** Those that answered so reliably, by their tags. */
  readonly #early: EarlyDialogs;
  /** What each fork's 2xx became, by its tag. */
  readonly #forks = new Map<string, EstablishedSession>();

  constructor(
    stack: Stack,
    reporter: SessionReporter,
    options: InviteOptions,
    onEstablished: (session: EstablishedSession) => void,
    former?: FormerInvite,
  ) {
    this.#former = former;
    this.#stack = stack;
    this.#reporter = reporter;
    this.#options = options;
    this.#onEstablished = onEstablished;
    this.#digest = options.credentials && new DigestClient(options.credentials, stack.settings.random);
    this.#callId = former?.callId ?? stack.token() + stack.token();
    this.#fromTag = former?.fromTag ?? stack.tag();
    this.#early = new EarlyDialogs(stack, reporter, options);
    this.#from = nameAddrText(options.fromDisplayName, options.from, this.#fromTag);
    this.#send();
  }

  /** The keys of its early dialogs. */
  get earlyDialogs(): readonly string[] {
    return (this.#earlyTags ?? []).map((tag) => dialogKey(this.#callId, this.#fromTag, tag));
  }

  /** As plain data, while it has no final answer. */
  get unanswered(): OurInvite | undefined {
    if (this.#state !== 'calling' && this.#state !== 'proceeding') return undefined;
    const { sdp: _sdp, credentials: _credentials, headers: _headers, target, ...options } = this.#options;
    return {
      kind: 'ours',
      callId: this.#callId,
      fromTag: this.#fromTag,
      cseq: this.#cseq,
      branch: this.#branch,
      options: { ...options, target: withoutConnection(target) },
    };
  }

  /** Gives the call up: `ended` at once, CANCEL as soon as it is allowed. */
  hangUp(options: HangUpOptions): void {
    if (!this.#take('cancel')) return;
    const headers = [...reasonHeaders(options.reason), ...(options.headers ?? [])];
    if (this.#provisional) {
      this.#reporter.signal(true, 'CANCEL');
      this.#sendCancel(headers);
    } else this.#cancel = headers;
    this.#early.leave();
    this.#reporter.end({ by: 'local', why: 'canceled' });
  }

  #send(): void {
    const { settings, transactions } = this.#stack;
    const options = this.#options;
    this.#provisional = false;
    this.#cseq = this.#former?.cseq ?? this.#cseq + 1;
    const { uri, routes } = routeThrough(options.uri, options.routes ?? []);
    const draft: RequestDraft = {
      method: 'INVITE',
      uri,
      routes,
      target: options.target,
      from: this.#from,
      to: nameAddrText(undefined, options.to ?? options.uri),
      callId: this.#callId,
      cseq: this.#cseq,
      viaParams: options.offersOverloadControl ? overloadOffer : undefined,
      maxForwards: options.maxForwards,
      headers: [
        contactHeader(settings, options.target, options.contactUser),
        ['Allow', allow],
        ['Supported', options.reliableProvisionals === false ? supportedButReliable : supported],
        ...timerHeaders(settings.sessionTimer, this.#minSe),
        ...(options.headers ?? []),
      ],
      body: options.sdp === undefined ? undefined : { contentType: 'application/sdp', content: options.sdp },
    };
    const branch = this.#former?.branch ?? `z9hG4bK${this.#stack.token()}`;
    this.#former = undefined;
    const auth = this.#digest?.headers() ?? [];
    const bytes = composeRequest(settings, draft, branch, auth);
    this.#draft = draft;
    this.#branch = branch;
    this.#reporter.signal(true, 'INVITE');
    const ack = (response: SipResponse) =>
      composeCompanion(settings, draft, branch, 'ACK', response.header('to') ?? draft.to);
    this.#transaction = transactions.invite(branch, bytes, options.target, ack, {
      response: (response, flow) => this.#receive(response, flow, draft, auth),
      failed: (status) => this.#failed(status, undefined),
      terminated: () => {
        // A transaction that was challenged ends long after the next one began.
        if (this.#branch !== branch) return;
        this.#forks.clear();
        this.#early.forget();
      },
    });
  }

  #receive(response: SipResponse, flow: Flow, draft: RequestDraft, auth: HeaderList): void {
    const { status } = response;
    if (status < 200) this.#receiveProvisional(response, flow, draft);
    else if (status < 300) this.#receiveSuccess(response, flow, draft, auth);
    else this.#failed(status, response);
  }

  #receiveProvisional(response: SipResponse, flow: Flow, draft: RequestDraft): void {
    this.#provisional = true;
    if (this.#cancel) {
      this.#sendCancel(this.#cancel);
      this.#cancel = undefined;
    }
    this.#take('provisional');
    const cancelling = this.#state === 'cancelling';
    const dialogOf = (over: Flow) => this.#dialogOf(response, over, draft);
    const heard = cancelling ? unheard : this.#early.take(response, flow, draft.cseq, dialogOf);
    if (!heard) return;
    this.#reporter.signal(false, `${response.status} ${response.phrase}`);
    if (response.status === 100) return;
    this.#learnEarlyTag(response.toTag);
    this.#reporter.report({
      type: 'progress',
      sessionId: this.#reporter.sessionId,
      status: response.status,
      toTag: response.toTag,
      sdp: heard.sdp,
      response,
      ...(heard.offers ? { offers: true } : {}),
    });
  }

  /** Our user's answer to the offer in a reliable provisional of that fork. */
  answerProvisional(toTag: string, sdp: string): boolean {
    return this.#early.get(toTag)?.answer(sdp) ?? false;
  }

  /** Sends an UPDATE to a fork that answered reliably. */
  update(sdp: string | undefined, toTag: string | undefined): boolean {
    return this.#early.chosen(toTag)?.updates.send(sdp) ?? false;
  }

  #learnEarlyTag(tag: string | undefined): void {
    if (tag === undefined || this.#earlyTags?.includes(tag)) return;
    if (this.#earlyTags === undefined) this.#earlyTags = [tag];
    else if (this.#earlyTags.length < mostForks) this.#earlyTags.push(tag);
  }

  #receiveSuccess(response: SipResponse, flow: Flow, draft: RequestDraft, auth: HeaderList): void {
    const tag = response.toTag ?? '';
    const known = this.#forks.get(tag);
    if (known) {
      known.repeatAck(draft.cseq);
      return;
    }
    this.#stack.timers.cancel(this.#giveUp);
    const wanted = this.#take('success');
    const early = this.#early.get(tag);
    const confirmed = this.#dialogOf(response, flow, draft);
    const dialog = early?.dialog ?? new LiveDialog(confirmed);
    early?.dialog.confirm(confirmed);
    if (wanted) this.#early.leave(early);
    const descriptions = early?.descriptions ?? this.#descriptionsOf(response);
    const heard = early?.answered(response.sdp) ?? { sdp: response.sdp, offers: descriptions.open === 'them' };
    const reporter = wanted
      ? this.#reporter
      : new SessionReporter(this.#stack, this.#reporter.sessionId, () => {}, true);
    const session = new EstablishedSession(this.#stack, reporter, dialog, {
      contactUser: this.#options.contactUser,
      credentials: this.#options.credentials,
      descriptions,
      peerUpdates: response.hasToken('allow', 'UPDATE'),
      timer: wanted ? timerFromAnswer(response) : undefined,
      ...(wanted && early ? { offers: early.offers, updates: early.updates } : {}),
    });
    this.#forks.set(tag, session);
    this.#reporter.signal(false, `${response.status} ${response.phrase}`);
    if (!wanted) {
      // 13.2.2.4, 9.1: a fork too many, or the answer crossed our CANCEL.
      session.acknowledge(draft.cseq, auth);
      session.hangUp({});
      return;
    }
    if (heard.offers) session.oweAck(draft.cseq, auth);
    else session.acknowledge(draft.cseq, auth);
    this.#onEstablished(session);
    this.#reporter.report({
      type: 'answered',
      sessionId: this.#reporter.sessionId,
      toTag: tag,
      sdp: heard.sdp,
      response,
    });
  }

  #descriptionsOf({ sdp }: SipResponse): Descriptions {
    const descriptions = new Descriptions();
    if (this.#options.sdp !== undefined) {
      descriptions.offer('us', this.#options.sdp);
      descriptions.answer('us', sdp);
    } else if (sdp !== undefined) descriptions.offer('them', sdp);
    return descriptions;
  }

  #failed(status: number, response: SipResponse | undefined): void {
    this.#stack.timers.cancel(this.#giveUp);
    if (response) this.#reporter.signal(false, `${status} ${response.phrase}`);
    if (this.#state === 'cancelling') return;
    this.#early.leave();
    if (response && this.#tryAgain(status, response)) return;
    if (!this.#take('failure')) return;
    const reason = response && readReason(response);
    this.#reporter.end({
      by: response ? 'remote' : 'system',
      why: why(status, response !== undefined),
      status,
      ...(reason ? { reason } : {}),
      ...(response ? { response } : {}),
    });
  }

  #tryAgain(status: number, response: SipResponse): boolean {
    const { uri, body } = this.#draft;
    const minSe = response.numberHeader('min-se');
    const again =
      status === 401 || status === 407
        ? (this.#digest?.take(response, { method: 'INVITE', uri, body: body?.content }) ?? false)
        : status === 422 && minSe !== undefined && minSe > this.#minSe && minSe < 86_400;
    if (!again || !this.#take('again')) return false;
    if (status === 422) this.#minSe = minSe ?? 0;
    this.#early.forget();
    this.#earlyTags = undefined;
    this.#send();
    return true;
  }

  #sendCancel(headers: HeaderList): void {
    const { settings, transactions, timers } = this.#stack;
    if (this.#transaction.state !== 'proceeding' && this.#transaction.state !== 'calling') return;
    const bytes = composeCompanion(settings, this.#draft, this.#branch, 'CANCEL', this.#draft.to, headers);
    transactions.request(this.#branch, 'CANCEL', bytes, this.#draft.target, { response: () => {}, failed: () => {} });
    // 9.1: no final answer within 64×T1 means there will be none.
    const transaction = this.#transaction;
    this.#giveUp = timers.set(64 * settings.timers.t1, () => transaction.abandon());
  }

  /** The dialog of a 2xx; one that names nothing usable can at least be acknowledged and ended where the INVITE went. */
  #dialogOf(response: SipResponse, flow: Flow, draft: RequestDraft): Dialog {
    const invite = { from: draft.from, fromTag: this.#fromTag, cseq: draft.cseq };
    try {
      const dialog = callerDialog(invite, response, targetOfFlow(flow));
      routeWithin(dialog);
      return dialog;
    } catch (error) {
      if (!(error instanceof SipSyntaxError)) throw error;
      return {
        role: 'uac',
        callId: draft.callId,
        localTag: this.#fromTag,
        remoteTag: response.toTag ?? '',
        local: draft.from,
        remote: response.header('to') ?? draft.to,
        localCseq: draft.cseq,
        remoteCseq: undefined,
        routeSet: [],
        remoteTarget: this.#options.uri,
        path: targetOfFlow(flow),
      };
    }
  }

  #take(signal: Signal): boolean {
    const next = table[this.#state][signal];
    if (next !== undefined) this.#state = next;
    return next !== undefined;
  }
}

function why(status: number, answered: boolean): 'auth-failed' | 'rejected' | 'timeout' | 'unreachable' {
  if (!answered) return status === 503 ? 'unreachable' : 'timeout';
  return status === 401 || status === 407 ? 'auth-failed' : 'rejected';
}
