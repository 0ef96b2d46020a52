import type { Clock } from '@hookswitch/kernel/clock';

/**
 * Whether one simulated process lives. What it waits for (a timer, an answer of a store, a packet) never comes once it was killed: so every
 * `await` of it is a point at which it may die.
 */
export class Mortal {
  #alive = true;
  readonly #onDeath = new Set<() => void>();

  get alive(): boolean {
    return this.#alive;
  }

  /** Called once, when it is killed. */
  onDeath(act: () => void): () => void {
    this.#onDeath.add(act);
    return () => this.#onDeath.delete(act);
  }

  /** At once and without a word, as `kill -9`. */
  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const act of this.#onDeath) act();
    this.#onDeath.clear();
  }

  /** The promise as that process sees it: never settling after its death. */
  guard<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => {
          if (this.#alive) resolve(value);
        },
        (error: unknown) => {
          if (this.#alive) reject(error);
        },
      );
    });
  }
}

/** A process's own clock: its time of day can be set, and its timers are counted and die with it. */
export class ProcessClock implements Clock {
  readonly #clock: Clock;
  readonly #mortal: Mortal;
  readonly #timers = new Set<() => void>();
  #aheadMs = 0;

  constructor(clock: Clock, mortal: Mortal) {
    this.#clock = clock;
    this.#mortal = mortal;
    mortal.onDeath(() => {
      for (const cancel of this.#timers) cancel();
      this.#timers.clear();
    });
  }

  now(): number {
    return this.#clock.now() + this.#aheadMs;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  /** Sets its time of day to be so many milliseconds ahead of the world's. */
  setAhead(ms: number): void {
    this.#aheadMs = ms;
  }

  /** How far its time of day is ahead of the world's, milliseconds. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** Timers of this process that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  after(delayMs: number, action: () => void): () => void {
    if (!this.#mortal.alive) return () => {};
    const cancelTimer = this.#clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      action();
    });
    const cancel = () => {
      cancelTimer();
      this.#timers.delete(cancel);
    };
    this.#timers.add(cancel);
    return cancel;
  }
}
