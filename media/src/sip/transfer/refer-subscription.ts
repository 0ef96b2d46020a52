import { sendRequest } from '../client-request.js';
import { contactHeader } from '../compose.js';
import type { LiveDialog } from '../dialogs/live-dialog.js';
import { reasonPhrases } from '../parse/reason-phrases.js';
import type { SipCredentials } from '../sip-command.js';
import type { Stack } from '../stack.js';
import type { TimerHandle } from '../timer-queue.js';
import { sipfrag } from './sipfrag.js';

/** How long it lasts where nobody says what came of the REFER, seconds. */
const expiresSeconds = 180;

export interface ReferSubscriptionParts {
  readonly stack: Stack;
  /** The dialog that the REFER came in. It is used although its session may be over (RFC 5057 3.1). */
  readonly dialog: LiveDialog;
  readonly contactUser: string | undefined;
  readonly credentials: SipCredentials | undefined;
  /** CSeq number of the REFER. */
  readonly cseq: number;
  /** Puts a message on the call's timeline. */
  signal(line: string): void;
}

/**
 * The subscription that a REFER makes (RFC 3515 2.4.4, RFC 6665): tells the far end how the new call stands, one NOTIFY after another, so that none overtakes. It
 * ends with the first final status, when the far end knows nothing of it (481) or does not answer, and by itself after three minutes.
 */
export class ReferSubscription {
  readonly #parts: ReferSubscriptionParts;
  readonly #onOver: () => void;
  readonly #endsAt: number;
  readonly #expiry: TimerHandle;
  readonly #waiting: { readonly status: number; readonly reason?: 'noresource' | 'timeout' }[] = [];
  #status = 100;
  #sending = false;
  #closed = false;

  constructor(parts: ReferSubscriptionParts, onOver: () => void) {
    const { timers } = parts.stack;
    this.#parts = parts;
    this.#onOver = onOver;
    this.#endsAt = timers.now + expiresSeconds * 1000;
    this.#expiry = timers.set(expiresSeconds * 1000, () => this.#close(this.#status, 'timeout'));
  }

  /** Says how the new call stands. False once it is over. */
  tell(status: number): boolean {
    if (this.#closed) return false;
    sipfrag(status);
    this.#status = status;
    if (status >= 200) this.#close(status, 'noresource');
    else this.#queue({ status });
    return true;
  }

  #close(status: number, reason: 'noresource' | 'timeout'): void {
    this.#closed = true;
    this.#parts.stack.timers.cancel(this.#expiry);
    this.#queue({ status, reason });
  }

  #queue(news: { readonly status: number; readonly reason?: 'noresource' | 'timeout' }): void {
    this.#waiting.push(news);
    this.#send();
  }

  #send(): void {
    const news = this.#sending ? undefined : this.#waiting.shift();
    if (!news) return;
    this.#sending = true;
    const { stack, dialog, contactUser, credentials, cseq, signal } = this.#parts;
    const left = Math.max(0, Math.ceil((this.#endsAt - stack.timers.now) / 1000));
    signal(`NOTIFY (${news.status} ${reasonPhrases[news.status] ?? ''}`.trim().concat(')'));
    const draft = () =>
      dialog.next('NOTIFY', {
        headers: [
          contactHeader(stack.settings, dialog.route().target, contactUser),
          ['Event', `refer;id=${cseq}`],
          ['Subscription-State', news.reason ? `terminated;reason=${news.reason}` : `active;expires=${left}`],
        ],
        body: { contentType: 'message/sipfrag;version=2.0', content: sipfrag(news.status) },
      });
    sendRequest(stack, draft, credentials, (status) => this.#answered(status, news.reason !== undefined));
  }

  #answered(status: number, last: boolean): void {
    this.#sending = false;
    if (!last && status < 300) {
      this.#send();
      return;
    }
    this.#closed = true;
    this.#waiting.length = 0;
    this.#parts.stack.timers.cancel(this.#expiry);
    this.#onOver();
  }
}
