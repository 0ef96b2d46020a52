import type { TimerSet } from '../../../port/timer-set.js';
import { sipfrag } from '../../../sip/transfer/sipfrag.js';

/** How long a REFER is told of at most, milliseconds, as its answer says. */
const lifetimeMs = 180_000;
/** A NOTIFY that nobody answers holds the next one up no longer, milliseconds. */
const answerMs = 2_000;

/** What the far end is told of the call that its REFER asked for: one NOTIFY after another, so that none overtakes. It ends with the first final status. */
export class ReferNotifies {
  readonly #timers: TimerSet;
  readonly #send: (body: string) => Promise<unknown>;
  readonly #onOver: () => void;
  readonly #cancelLifetime: () => void;
  readonly #waiting: number[] = [];
  #cancelAnswer: (() => void) | undefined;
  #isLast = false;

  constructor(timers: TimerSet, send: (body: string) => Promise<unknown>, onOver: () => void) {
    this.#timers = timers;
    this.#send = send;
    this.#onOver = onOver;
    this.#cancelLifetime = timers.after(lifetimeMs, () => this.tell(408));
    this.tell(100);
  }

  tell(status: number): void {
    if (this.#isLast) return;
    this.#isLast = status >= 200;
    this.#waiting.push(status);
    this.#next();
  }

  /** The far end answered the last one. */
  answered(): void {
    if (!this.#cancelAnswer) return;
    this.#cancelAnswer();
    this.#cancelAnswer = undefined;
    this.#next();
  }

  close(): void {
    this.#waiting.length = 0;
    this.#isLast = true;
    this.#cancelAnswer?.();
    this.#cancelLifetime();
  }

  #next(): void {
    if (this.#cancelAnswer) return;
    const status = this.#waiting.shift();
    if (status === undefined) {
      if (this.#isLast) {
        this.close();
        this.#onOver();
      }
      return;
    }
    this.#cancelAnswer = this.#timers.after(answerMs, () => this.answered());
    this.#send(sipfrag(status)).catch(() => this.answered());
  }
}
