import type { Clock } from './clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/**
 * A clock that moves only when told to. Timers fire in order of their due time, then of their creation; while one
 * runs, `now()` is exactly its due time (but for what `setTimeOn` added).
 */
export class ManualClock implements Clock {
  /** Time that passed counts from the time of day at the start. */
  #now: number;
  #ahead = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now + this.#ahead;
  }

  monotonic(): number {
    return this.#now;
  }

  /** Sets the time of day on by so many milliseconds (back where negative). No time passes, and timers stay as they are. */
  setTimeOn(ms: number): void {
    this.#ahead += ms;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers wait. A test that ends with none open has leaked none. */
  get pending(): number {
    return this.#timers.size;
  }

  /** When the next timer is due, by `monotonic`, or undefined where none waits. */
  nextAt(): number | undefined {
    return this.#next()?.at;
  }

  /** Fires the next timer, moving the clock to it. Returns false where none waits. */
  step(): boolean {
    const timer = this.#next();
    if (!timer) return false;
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.action();
    return true;
  }

  /** Moves the clock on by `ms`, firing all that falls due on the way (timers made meanwhile included). */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.nextAt(); next !== undefined && next <= end; next = this.nextAt()) this.step();
    this.#now = end;
  }

  /** As `advance`, but lets promise callbacks run after every timer. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.nextAt(); next !== undefined && next <= end; next = this.nextAt()) {
      this.step();
      await settle();
    }
    this.#now = end;
  }

  #next(): Timer | undefined {
    let best: Timer | undefined;
    for (const timer of this.#timers) {
      if (!best || timer.at < best.at || (timer.at === best.at && timer.order < best.order)) best = timer;
    }
    return best;
  }
}

/** Lets every promise callback that can run now run. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
