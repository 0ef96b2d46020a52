import type { Clock } from '@hookswitch/kernel/clock';

/** How long a message may still be on its way, milliseconds (RFC 3261 17.1.1.1, 64×T1). */
const messageMs = 32_000;
/** How much is remembered at most: the oldest goes first. */
const most = 10_000;

/** What is known for a while: by default as long as a request may come again. */
export class Remembered<Value> {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #forMs: number;
  readonly #all = new Map<string, { readonly value: Value; readonly until: number }>();

  constructor(clock: Pick<Clock, 'now'>, forMs = messageMs) {
    this.#clock = clock;
    this.#forMs = forMs;
  }

  set(key: string, value: Value): void {
    const now = this.#clock.now();
    this.#all.delete(key);
    this.#all.set(key, { value, until: now + this.#forMs });
    for (const [oldest, { until }] of this.#all) {
      if (until > now && this.#all.size <= most) return;
      this.#all.delete(oldest);
    }
  }

  get(key: string): Value | undefined {
    const found = this.#all.get(key);
    return found && found.until > this.#clock.now() ? found.value : undefined;
  }

  delete(key: string): void {
    this.#all.delete(key);
  }
}
