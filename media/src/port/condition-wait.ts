import type { Clock } from '@hookswitch/kernel/clock';

/** How often it is looked at what nobody tells of, milliseconds. */
const lookEveryMs = 20;

/** Waits for conditions, for engines that drain: each is looked at whenever something ended, and every 20 ms. */
export class ConditionWait {
  readonly #timers: Pick<Clock, 'after'>;
  readonly #now: () => number;
  readonly #sleepers = new Set<() => void>();

  /** `now`: milliseconds; a clock that never goes back keeps limits as long as they are. */
  constructor(timers: Pick<Clock, 'after'>, now: () => number) {
    this.#timers = timers;
    this.#now = now;
  }

  /** Something ended: who waits looks again. */
  look(): void {
    for (const wake of [...this.#sleepers]) wake();
  }

  /** Resolves once `holds`, or after `limitMs`. Default: no limit. */
  async until(holds: () => boolean, limitMs: number = Number.POSITIVE_INFINITY): Promise<void> {
    const end = this.#now() + limitMs;
    while (!holds() && this.#now() < end) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          cancel();
          this.#sleepers.delete(wake);
          resolve();
        };
        const cancel = this.#timers.after(lookEveryMs, wake);
        this.#sleepers.add(wake);
      });
    }
  }
}
