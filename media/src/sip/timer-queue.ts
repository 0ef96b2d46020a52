/** A timer that was set. Given back to `cancel`. */
export interface TimerHandle {
  readonly at: number;
  readonly action: () => void;
  /** Place in the heap, or among those of its moment; -1 once fired or cancelled. */
  index: number;
  /** The moment that it shares. */
  readonly moment: Moment | undefined;
}

/** What the heap is made of: a timer, or all of a moment. */
interface Due {
  readonly at: number;
  readonly order: number;
  index: number;
}

interface Timer extends TimerHandle, Due {
  readonly moment: undefined;
}

interface Moment extends Due {
  readonly timers: TimerHandle[];
}

/** Moments at which timers that may be late fire, milliseconds apart. */
const sharedMomentMs = 100;

/**
 * Timers as data: a binary heap by due time, then by the order in which they were set. Those that may be late are in it once for their moment: a busy node has tens of
 * thousands, and moving one through so large a heap cost as much as reading a message. `now` is the time of whatever is being handled, so that
 * machines need not pass it along.
 */
export class TimerQueue {
  #now = 0;
  #order = 0;
  readonly #heap: (Timer | Moment)[] = [];
  readonly #moments = new Map<number, Moment>();
  #late = 0;

  get now(): number {
    return this.#now;
  }

  /** How many wait. */
  get size(): number {
    return this.#heap.length - this.#moments.size + this.#late;
  }

  /** Moves the time on; it never goes back. */
  moveTo(now: number): void {
    if (now > this.#now) this.#now = now;
  }

  /** Sets a timer `delayMs` from now. */
  set(delayMs: number, action: () => void): TimerHandle {
    const at = this.#now + Math.max(0, delayMs);
    const timer: Timer = { at, order: this.#order++, index: this.#heap.length, action, moment: undefined };
    this.#add(timer);
    return timer;
  }

  /**
   * As `set`, up to 100 ms late: at a moment that many share, in no order among them. For what waits only to be forgotten: each call leaves two such behind, and waking
   * for each of them cost more than all they do.
   */
  setLoosely(delayMs: number, action: () => void): TimerHandle {
    const at = Math.ceil((this.#now + Math.max(0, delayMs)) / sharedMomentMs) * sharedMomentMs;
    let moment = this.#moments.get(at);
    if (!moment) {
      moment = { at, order: this.#order++, index: this.#heap.length, timers: [] };
      this.#moments.set(at, moment);
      this.#add(moment);
    }
    const timer: TimerHandle = { at, action, index: moment.timers.length, moment };
    moment.timers.push(timer);
    this.#late++;
    return timer;
  }

  /** Takes a timer back. Harmless for undefined and for one that fired. */
  cancel(timer: TimerHandle | undefined): void {
    if (!timer || timer.index < 0) return;
    if (timer.moment) this.#leave(timer.moment, timer);
    else this.#remove(timer as Timer);
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
      const timer = 'timers' in first ? first.timers.at(-1)! : first;
      this.cancel(timer);
      timer.action();
    }
  }

  #add(due: Timer | Moment): void {
    this.#heap.push(due);
    this.#rise(due);
  }

  #leave(moment: Moment, timer: TimerHandle): void {
    const last = moment.timers.pop()!;
    if (last !== timer) {
      last.index = timer.index;
      moment.timers[last.index] = last;
    }
    this.#late--;
    if (moment.timers.length > 0) return;
    this.#moments.delete(moment.at);
    this.#remove(moment);
  }

  #remove(due: Timer | Moment): void {
    const last = this.#heap.pop()!;
    if (last === due) return;
    last.index = due.index;
    this.#heap[last.index] = last;
    this.#rise(last);
    this.#sink(last);
  }

  #rise(timer: Timer | Moment): void {
    while (timer.index > 0) {
      const parent = this.#heap[(timer.index - 1) >> 1]!;
      if (!before(timer, parent)) return;
      this.#swap(timer, parent);
    }
  }

  #sink(timer: Timer | Moment): void {
    for (;;) {
      const left = this.#heap[timer.index * 2 + 1];
      const right = this.#heap[timer.index * 2 + 2];
      const child = right && left && before(right, left) ? right : left;
      if (!child || !before(child, timer)) return;
      this.#swap(child, timer);
    }
  }

  #swap(a: Timer | Moment, b: Timer | Moment): void {
    const index = a.index;
    a.index = b.index;
    b.index = index;
    this.#heap[a.index] = a;
    this.#heap[b.index] = b;
  }
}

function before(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
