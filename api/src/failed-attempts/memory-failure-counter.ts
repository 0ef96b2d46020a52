import type { Clock } from '@hookswitch/kernel/clock';
import { LRUCache } from 'lru-cache';
import { type FailureCounter, type Failures, failureWindowSeconds } from './failure-counter.js';

/** Counts in this process. For tests and the simulation. */
export class MemoryFailureCounter implements FailureCounter {
  readonly #clock: Clock;
  readonly #windows = new LRUCache<string, { count: number; until: number }>({ max: 100_000 });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async add(who: string, windowSeconds = failureWindowSeconds): Promise<Failures> {
    let window = this.#running(who);
    if (!window) {
      this.#windows.set(who, (window = { count: 0, until: this.#clock.monotonic() + windowSeconds * 1000 }));
    }
    window.count += 1;
    return this.read(who);
  }

  async read(who: string): Promise<Failures> {
    const window = this.#running(who);
    if (!window) return { count: 0, secondsLeft: 0 };
    return { count: window.count, secondsLeft: Math.ceil((window.until - this.#clock.monotonic()) / 1000) };
  }

  async clear(who: string): Promise<void> {
    this.#windows.delete(who);
  }

  #running(who: string) {
    const window = this.#windows.get(who);
    return window && window.until > this.#clock.monotonic() ? window : undefined;
  }
}
