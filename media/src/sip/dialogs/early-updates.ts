import { sendRequest } from '../client-request.js';
import { contactHeader } from '../compose.js';
import type { Flow } from '../flow.js';
import type { SipResponse } from '../parse/message.js';
import type { SipCredentials } from '../sip-command.js';
import { allow, type Stack, supportedButReliable } from '../stack.js';
import type { TimerHandle } from '../timer-queue.js';
import type { Descriptions } from './descriptions.js';
import { glareDelay } from './glare.js';
import type { LiveDialog } from './live-dialog.js';
import type { SessionReporter } from './session-reporter.js';

/** The early dialog that UPDATEs of ours are sent within. */
export interface EarlyUpdatesStart {
  readonly stack: Stack;
  readonly reporter: SessionReporter;
  readonly dialog: LiveDialog;
  readonly descriptions: Descriptions;
  readonly contactUser: string | undefined;
  readonly credentials: SipCredentials | undefined;
}

/**
 * UPDATEs of ours before the answer (RFC 3311 5.1), one at a time. An offer needs that all offers before it were answered, reliably. One that meets glare is
 * tried again while the dialog is early; what is still out when it is answered counts for the session.
 */
export class EarlyUpdates {
  /** Nothing of ours is out any more. */
  onSettled: () => void = () => undefined;
  readonly #start: EarlyUpdatesStart;
  #out = false;
  #again: TimerHandle | undefined;
  #closed = false;

  constructor(start: EarlyUpdatesStart) {
    this.#start = start;
  }

  /** Sends one, or answers false where it may not be sent now. Its outcome is `reinvite-answered` or `reinvite-failed`, as with a re-INVITE. */
  send(sdp: string | undefined): boolean {
    const { open, exchanges } = this.#start.descriptions;
    if (this.#closed || this.#out || this.#again) return false;
    if (sdp !== undefined && (open !== undefined || exchanges === 0)) return false;
    const { stack, dialog, credentials } = this.#start;
    if (sdp !== undefined) this.#start.descriptions.offer('us', sdp);
    this.#out = true;
    this.#start.reporter.signal(true, 'UPDATE');
    const draft = () =>
      dialog.next('UPDATE', {
        headers: [
          contactHeader(stack.settings, dialog.route().target, this.#start.contactUser),
          ['Allow', allow],
          ['Supported', supportedButReliable],
        ],
        ...(sdp === undefined ? {} : { body: { contentType: 'application/sdp', content: sdp } }),
      });
    sendRequest(stack, draft, credentials, (status, response, flow) => this.#done(sdp, status, response, flow));
    return true;
  }

  /** The dialog is not early any more: nothing is tried again. */
  close(): void {
    this.#closed = true;
    this.#start.stack.timers.cancel(this.#again);
    this.#again = undefined;
  }

  #done(sdp: string | undefined, status: number, response: SipResponse | undefined, flow: Flow | undefined): void {
    const { stack, reporter, dialog, descriptions } = this.#start;
    const { sessionId } = reporter;
    this.#out = false;
    if (response) reporter.signal(false, `${status} ${response.phrase}`);
    if (status < 300 && response && flow) {
      dialog.refresh(response, flow);
      if (sdp !== undefined) descriptions.answer('us', response.sdp);
      if (sdp !== undefined) reporter.report({ type: 'reinvite-answered', sessionId, sdp: response.sdp });
    } else {
      if (sdp !== undefined) descriptions.withdraw('us');
      if (status === 491 && !this.#closed) {
        const delay = glareDelay(dialog.state.role === 'uac', stack.settings.random);
        this.#again = stack.timers.set(delay, () => {
          this.#again = undefined;
          if (!this.send(sdp)) reporter.report({ type: 'reinvite-failed', sessionId, status });
        });
      } else reporter.report({ type: 'reinvite-failed', sessionId, status });
    }
    this.onSettled();
  }
}
