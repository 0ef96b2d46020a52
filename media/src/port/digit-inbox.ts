import type { Clock } from '@hookswitch/kernel/clock';
import { advanceCollection, beginCollection, type Collection, type CollectSignal } from './digit-collector.js';
import type { CollectOptions, CollectResult } from './live-call.js';

/** A leg's keypad memory is bounded: the oldest digit nobody collected is dropped first. */
const mostKept = 256;

/**
 * The digits of one leg: keeps those that nobody collected yet and runs one collection at a time on a clock. A second collection interrupts the
 * first, which answers with what it had.
 */
export class DigitInbox {
  readonly #clock: Clock;
  #waiting = '';
  #closed = false;
  #current: { collection: Collection; cancelTimer: () => void; finish(result: CollectResult): void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A key was pressed. */
  push(digit: string): void {
    if (this.#closed) return;
    if (this.#current) this.#apply({ kind: 'digit', digit });
    else this.#waiting = (this.#waiting + digit).slice(-mostKept);
  }

  flush(): void {
    this.#waiting = '';
  }

  /** See `LiveCall.collect`. Never rejects. */
  collect(options: CollectOptions): Promise<CollectResult> {
    if (this.#closed) return Promise.resolve({ digits: '', end: 'call-ended' });
    this.#apply({ kind: 'interrupt' });
    if (options.flush) this.flush();
    if (options.signal?.aborted) return Promise.resolve({ digits: '', end: 'interrupted' });
    return new Promise((resolve) => {
      const interrupt = () => this.#apply({ kind: 'interrupt' });
      options.signal?.addEventListener('abort', interrupt, { once: true });
      this.#current = {
        collection: beginCollection(options),
        cancelTimer: () => undefined,
        finish: (result) => {
          options.signal?.removeEventListener('abort', interrupt);
          resolve(result);
        },
      };
      this.#settleOrWait();
      while (this.#current && this.#waiting) {
        const digit = this.#waiting[0]!;
        this.#waiting = this.#waiting.slice(1);
        this.#apply({ kind: 'digit', digit });
      }
    });
  }

  /** The leg ended: whoever collects is told, and nothing is kept. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#waiting = '';
    this.#apply({ kind: 'call-ended' });
  }

  #apply(signal: CollectSignal): void {
    if (!this.#current) return;
    this.#current.collection = advanceCollection(this.#current.collection, signal);
    this.#settleOrWait();
  }

  #settleOrWait(): void {
    const current = this.#current;
    if (!current) return;
    current.cancelTimer();
    const { result, waitMs } = current.collection;
    if (result) {
      this.#current = undefined;
      current.finish(result);
    } else if (waitMs !== undefined) {
      current.cancelTimer = this.#clock.after(waitMs, () => this.#apply({ kind: 'timeout' }));
    }
  }
}
