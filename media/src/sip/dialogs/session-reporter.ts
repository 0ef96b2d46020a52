import type { SessionEnded, SipEvent } from '../sip-event.js';
import type { Stack } from '../stack.js';

/** The one voice of a session: says `ended` once, and nothing after it. */
export class SessionReporter {
  readonly sessionId: string;
  readonly #stack: Pick<Stack, 'emit'>;
  readonly #onEnded: () => void;
  #ended: boolean;

  constructor(stack: Pick<Stack, 'emit'>, sessionId: string, onEnded: () => void, muted = false) {
    this.#stack = stack;
    this.sessionId = sessionId;
    this.#onEnded = onEnded;
    this.#ended = muted;
  }

  get ended(): boolean {
    return this.#ended;
  }

  report(event: Exclude<SipEvent, SessionEnded>): void {
    if (!this.#ended) this.#stack.emit(event);
  }

  signal(sent: boolean, line: string): void {
    if (!this.#ended) this.#stack.emit({ type: 'signalling', sessionId: this.sessionId, sent, line });
  }

  end(event: Omit<SessionEnded, 'type' | 'sessionId'>): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stack.emit({ type: 'ended', sessionId: this.sessionId, ...event });
    this.#onEnded();
  }
}
