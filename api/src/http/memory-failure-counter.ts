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

  async add(address: string): Promise<Failures> {
    let window = this.#running(address);
    if (!window) {
      this.#windows.set(address, (window = { count: 0, until: this.#clock.now() + failureWindowSeconds * 1000 }));
    }
    window.count += 1;
    return this.read(address);
  }

  async read(address: string): Promise<Failures> {
    const window = this.#running(address);
    if (!window) return { count: 0, secondsLeft: 0 };
    return { count: window.count, secondsLeft: Math.ceil((window.until - this.#clock.now()) / 1000) };
  }

  #running(address: string) {
    const window = this.#windows.get(address);
    return window && window.until > this.#clock.now() ? window : undefined;
  }
}
