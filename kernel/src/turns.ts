import type { Clock } from './clock.js';

/** Lets through what comes, at least so long apart: what comes alone at once, and what comes too soon after another together with all that does. */
export class Turns {
  readonly #clock: Clock;
  readonly #apartMs: number;
  /** Those who wait for the next turn; undefined where the last one was long enough ago. */
  #waiting: (() => void)[] | undefined;

  /** @param apartMs least time between two turns, milliseconds */
  constructor(clock: Clock, apartMs: number) {
    this.#clock = clock;
    this.#apartMs = apartMs;
  }

  /** Resolves when it is one's turn. */
  turn(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting) return new Promise((resolve) => void waiting.push(resolve));
    this.#begin();
    return Promise.resolve();
  }

  #begin(): void {
    this.#waiting = [];
    this.#clock.after(this.#apartMs, () => {
      const waiting = this.#waiting ?? [];
      if (waiting.length === 0) {
        this.#waiting = undefined;
        return;
      }
      this.#begin();
      for (const go of waiting) go();
    });
  }
}
