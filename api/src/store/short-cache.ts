import type { Clock } from '@hookswitch/kernel/clock';

/** Remembers answers for a moment, absent ones too; those who ask while an answer is under way share it. Bounded: when full, all is forgotten. */
export class ShortCache<Value> {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #max: number;
  readonly #answers = new Map<string, { readonly until: number; readonly value: Promise<Value> }>();

  constructor(clock: Clock, settings: { keepMs: number; max?: number }) {
    this.#clock = clock;
    this.#keepMs = settings.keepMs;
    this.#max = settings.max ?? 10_000;
  }

  get(key: string, look: () => Promise<Value>): Promise<Value> {
    const now = this.#clock.monotonic();
    const known = this.#answers.get(key);
    if (known && known.until > now) return known.value;
    if (this.#answers.size >= this.#max) this.#answers.clear();
    const answer = { until: now + this.#keepMs, value: look() };
    this.#answers.set(key, answer);
    // A failure is nobody's answer but that of those who wait for it.
    answer.value.catch(() => {
      if (this.#answers.get(key) === answer) this.#answers.delete(key);
    });
    return answer.value;
  }

  /** The next who asks looks again. */
  forget(key: string): void {
    this.#answers.delete(key);
  }
}
