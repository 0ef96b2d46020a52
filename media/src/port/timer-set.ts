import type { Clock } from '@hookswitch/kernel/clock';

/** The timers of one owner, so that they can be counted, and cancelled together when it closes. It is a `Clock` itself. */
export class TimerSet implements Clock {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(delayMs: number, action: () => void): () => void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#cancels.delete(cancelThis);
      action();
    });
    const cancelThis = () => {
      cancel();
      this.#cancels.delete(cancelThis);
    };
    this.#cancels.add(cancelThis);
    return cancelThis;
  }

  /** How many wait. */
  get size(): number {
    return this.#cancels.size;
  }

  cancelAll(): void {
    for (const cancel of [...this.#cancels]) cancel();
  }
}
