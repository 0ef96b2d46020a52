import { contactHeader, reasonHeaders } from '../compose.js';
import type { SipRequest } from '../parse/message.js';
import { readReason } from '../parse/reason.js';
import { reasonPhrases } from '../parse/reason-phrases.js';
import type { ServerRequest } from '../server-request.js';
import type { HangUpOptions, HeaderList, ResponseOptions } from '../sip-command.js';
import { allow, type DialogOwner, type Stack, supported } from '../stack.js';
import { calleeDialog, type Dialog, dialogKey } from './dialog.js';
import { EstablishedSession } from './established-session.js';
import type { SessionReporter } from './session-reporter.js';
import { answerTimer } from './session-timer.js';

/** An INVITE of theirs until its final answer: the early dialog at the callee (RFC 3261 13.3). */
export class IncomingInvite implements DialogOwner {
  readonly #stack: Stack;
  readonly #reporter: SessionReporter;
  readonly #invite: ServerRequest;
  readonly #key: string;
  readonly #onEstablished: (session: EstablishedSession) => void;
  #dialog: Dialog;

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
    this.#dialog = calleeDialog(invite.request, invite.toTag, invite.source);
    this.#key = dialogKey(this.#dialog.callId, this.#dialog.localTag, this.#dialog.remoteTag);
    stack.dialogs.set(this.#key, this);
    invite.answer = (status, options) => this.respond(status, options);
    if (invite.transaction.kind === 'invite-server') invite.transaction.onCancel = (cancel) => this.#canceled(cancel);
    stack.await(invite);
    reporter.signal(false, 'INVITE');
    reporter.report({
      type: 'invite',
      sessionId: reporter.sessionId,
      requestId: invite.id,
      request: invite.request,
      flow: invite.flow,
      sdp: invite.request.sdp,
    });
  }

  respond(status: number, options: ResponseOptions): boolean {
    if (this.#invite.answered) return false;
    if (status >= 200 && status < 300) return this.#accept(status, options);
    const { settings } = this.#stack;
    const early = status > 100 && status < 200;
    const extra: HeaderList = early
      ? [
          ...this.#recordRoutes(),
          contactHeader(settings, this.#invite.source, this.#contactUser(options)),
          ['Allow', allow],
        ]
      : [];
    const sent = this.#invite.send(status, options, extra);
    if (!sent) return false;
    this.#reporter.signal(true, line(status, options));
    if (status >= 300) {
      this.#stack.dialogs.delete(this.#key);
      this.#reporter.end({ by: 'local', why: 'rejected', status });
    }
    return true;
  }

  hangUp(options: HangUpOptions): void {
    const headers = [...reasonHeaders(options.reason), ...(options.headers ?? [])];
    this.respond(options.status ?? 480, { headers });
  }

  /** A request within the early dialog. */
  receive(request: ServerRequest): void {
    const { method, cseq } = request.request;
    if (this.#dialog.remoteCseq !== undefined && cseq.number <= this.#dialog.remoteCseq) {
      request.send(500);
      return;
    }
    this.#dialog = { ...this.#dialog, remoteCseq: cseq.number };
    if (method === 'BYE') {
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

  #canceled(cancel: SipRequest): void {
    this.#reporter.signal(false, 'CANCEL');
    this.#terminate(cancel);
  }

  /** 487 to the INVITE (9.2, 15.1.2). */
  #terminate(because: SipRequest): void {
    if (!this.#invite.send(487)) return;
    this.#reporter.signal(true, '487 Request Terminated');
    this.#stack.dialogs.delete(this.#key);
    const reason = readReason(because);
    this.#reporter.end({ by: 'remote', why: 'canceled', status: 487, ...(reason ? { reason } : {}) });
  }

  #accept(status: number, options: ResponseOptions): boolean {
    const { settings } = this.#stack;
    const timer = answerTimer(settings.sessionTimer, this.#invite.request);
    const contactUser = this.#contactUser(options);
    const extra: HeaderList = [
      ...this.#recordRoutes(),
      contactHeader(settings, this.#invite.source, contactUser),
      ['Allow', allow],
      ['Supported', supported],
      ...(timer.tooSmall ? [] : timer.headers),
    ];
    const bytes = this.#invite.compose(status, options, extra);
    if (!this.#invite.sendBytes(status, bytes)) return false;
    this.#reporter.signal(true, line(status, options));
    const session = new EstablishedSession(this.#stack, this.#reporter, this.#dialog, {
      contactUser,
      credentials: undefined,
      localSdp: options.sdp,
      remoteSdp: this.#invite.request.sdp,
      timer: timer.tooSmall ? undefined : timer.timer,
    });
    this.#onEstablished(session);
    session.keepAnswer(this.#invite.request.cseq.number, this.#invite.transaction.target, bytes);
    return true;
  }

  #contactUser(options: ResponseOptions): string {
    return options.contactUser ?? this.#invite.request.parsedUri.user;
  }

  /** Copied in their order (12.1.1). */
  #recordRoutes(): HeaderList {
    return this.#invite.request.lines('record-route').map((value) => ['Record-Route', value] as const);
  }
}

function line(status: number, options: ResponseOptions): string {
  return `${status} ${options.phrase ?? reasonPhrases[status] ?? ''}`.trim();
}
