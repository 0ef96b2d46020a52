import { contactHeader } from '../compose.js';
import { reasonPhrases } from '../parse/reason-phrases.js';
import type { ServerRequest } from '../server-request.js';
import type { HeaderList, ResponseOptions } from '../sip-command.js';
import { allow, type Stack, supported } from '../stack.js';
import type { Descriptions } from './descriptions.js';
import type { LiveDialog } from './live-dialog.js';
import type { SessionReporter } from './session-reporter.js';
import { answerTimer, type SessionTimer } from './session-timer.js';

/** The session whose re-INVITEs these are. */
export interface TheirReinviteUser {
  readonly stack: Stack;
  readonly reporter: SessionReporter;
  readonly dialog: LiveDialog;
  readonly descriptions: Descriptions;
  readonly contactUser: string | undefined;
  timed(timer: SessionTimer | undefined): void;
  /** Our 2xx went out: it is repeated until its ACK. */
  accepted(request: ServerRequest, bytes: Buffer): void;
  /** It was refused or taken back: everything is as it was (14.2). */
  settled(): void;
}

/** The peer's re-INVITE that waits for our user, one at a time (RFC 3261 14.2). */
export class TheirReinvite {
  readonly #user: TheirReinviteUser;
  #waiting: ServerRequest | undefined;

  constructor(user: TheirReinviteUser) {
    this.#user = user;
  }

  get waiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** Takes one that may come now. */
  receive(request: ServerRequest): void {
    const { stack, reporter, descriptions } = this.#user;
    const timer = answerTimer(stack.settings.sessionTimer, request.request);
    if (timer.tooSmall) {
      request.send(422, { headers: [['Min-SE', String(timer.minSe)]] });
      return;
    }
    this.#waiting = request;
    const { sdp } = request.request;
    if (sdp !== undefined) descriptions.offer('them', sdp);
    request.answer = (status, options) => this.#answer(request, status, options);
    if (request.transaction.kind === 'invite-server') {
      request.transaction.onCancel = () => {
        request.send(487);
        this.#over();
      };
    }
    stack.await(request);
    const { sessionId } = reporter;
    reporter.report({ type: 'reinvite', sessionId, requestId: request.id, request: request.request, sdp });
  }

  /** The session is over: what waits gets 487 (15.1.2). */
  close(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.send(487);
  }

  #answer(request: ServerRequest, status: number, options: ResponseOptions): boolean {
    const { stack, reporter, dialog, descriptions, contactUser } = this.#user;
    if (request.answered) return false;
    reporter.signal(true, `${status} ${reasonPhrases[status] ?? ''}`.trim());
    if (status < 200 || status >= 300) {
      const sent = request.send(status, options);
      if (status >= 300) this.#over();
      return sent;
    }
    const timer = answerTimer(stack.settings.sessionTimer, request.request);
    const extra: HeaderList = [
      contactHeader(stack.settings, request.source, contactUser),
      ['Allow', allow],
      ['Supported', supported],
      ...(timer.tooSmall ? [] : timer.headers),
    ];
    const bytes = request.compose(status, options, extra);
    if (!request.sendBytes(status, bytes)) return false;
    this.#waiting = undefined;
    dialog.refresh(request.request, request.flow);
    if (descriptions.open === 'them') descriptions.answer('them', options.sdp);
    else if (options.sdp !== undefined) descriptions.offer('us', options.sdp);
    this.#user.timed(timer.tooSmall ? undefined : timer.timer);
    this.#user.accepted(request, bytes);
    return true;
  }

  #over(): void {
    this.#waiting = undefined;
    this.#user.descriptions.withdraw('them');
    this.#user.settled();
  }
}
