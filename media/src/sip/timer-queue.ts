/** A timer that was set. Given back to `cancel`. */
export interface TimerHandle {
  at: number;
  readonly order: number;
  readonly action: () => void;
  /** Place in the heap; -1 once fired or cancelled. */
  index: number;
}

/** Moments at which timers that may be late fire, milliseconds apart. */
const sharedMomentMs = 100;

/**
 * Timers as data: a binary heap by due time, then by the order in which they were set. `now` is the time of whatever is being handled, so that
 * machines need not pass it along.
 */
export class TimerQueue {
  #now = 0;
  #order = 0;
  readonly #heap: TimerHandle[] = [];

  get now(): number {
    return this.#now;
  }

  /** How many wait. */
  get size(): number {
    return this.#heap.length;
  }

  /** Moves the time on; it never goes back. */
  moveTo(now: number): void {
    if (now > this.#now) this.#now = now;
  }

  /** Sets a timer `delayMs` from now. */
  set(delayMs: number, action: () => void): TimerHandle {
    return this.#setAt(this.#now + Math.max(0, delayMs), action);
  }

  /**
   * As `set`, up to 100 ms late: at a moment that many share. For what waits only to be forgotten: each call leaves two such behind, and waking for each of
   * them cost more than all they do.
   */
  setLoosely(delayMs: number, action: () => void): TimerHandle {
    return this.#setAt(Math.ceil((this.#now + Math.max(0, delayMs)) / sharedMomentMs) * sharedMomentMs, action);
  }
  /** Takes a timer back. Harmless for undefined and for one that fired. */
  cancel(timer: TimerHandle | undefined): void {
    if (!timer || timer.index < 0) return;
    const last = this.#heap.pop()!;
    if (last !== timer) {
      last.index = timer.index;
      this.#heap[last.index] = last;
      this.#rise(last);
      this.#sink(last);
    }
    timer.index = -1;
  }

  /** When the next one is due. */
  next(): number | undefined {
    return this.#heap[0]?.at;
  }

  /** Fires all that are due at `now`, those set meanwhile included. */
  fire(now: number): void {
    this.moveTo(now);
    for (let first = this.#heap[0]; first && first.at <= this.#now; first = this.#heap[0]) {
      this.cancel(first);
      first.action();
    }
  }

  #setAt(at: number, action: () => void): TimerHandle {
    const timer: TimerHandle = {
      at,
      order: this.#order++,
      action,
      index: this.#heap.length,
    };
    this.#heap.push(timer);
    this.#rise(timer);
    return timer;
  }

  #rise(timer: TimerHandle): void {
    while (timer.index > 0) {
      const parent = this.#heap[(timer.index - 1) >> 1]!;
      if (!before(timer, parent)) return;
      this.#swap(timer, parent);
    }
  }

  #sink(timer: TimerHandle): void {
    for (;;) {
      const left = this.#heap[timer.index * 2 + 1];
      const right = this.#heap[timer.index * 2 + 2];
      const child = right && left && before(right, left) ? right : left;
      if (!child || !before(child, timer)) return;
      this.#swap(child, timer);
    }
  }

  #swap(a: TimerHandle, b: TimerHandle): void {
    const index = a.index;
    a.index = b.index;
    b.index = index;
    this.#heap[a.index] = a;
    this.#heap[b.index] = b;
  }
}

function before(a: TimerHandle, b: TimerHandle): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
