import type { Clock } from '@hookswitch/kernel/clock';

interface Timer {
  readonly at: number;
  readonly order: number;
  action: (() => void) | undefined;
}

/**
 * The time of a simulated world: it stands still while anything runs, and jumps to the next timer. As `ManualClock`, but made for very many timers (a heap), and
 * it gives every callback that a timer set off its turn before the next one.
 */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #live = 0;
  readonly #heap: Timer[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#live;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, action };
    this.#live++;
    push(this.#heap, timer);
    return () => {
      if (timer.action) this.#live--;
      timer.action = undefined;
    };
  }

  /** Lives until `done` holds, at most `ms` long. Resolves to whether it came to hold. */
  async run(ms: number, done: () => boolean = () => false): Promise<boolean> {
    const end = this.#now + ms;
    await settle();
    while (!done()) {
      const timer = this.#next();
      if (!timer || timer.at > end) {
        this.#now = end;
        return done();
      }
      pop(this.#heap);
      this.#now = Math.max(this.#now, timer.at);
      const { action } = timer;
      timer.action = undefined;
      this.#live--;
      action?.();
      await settle();
    }
    return true;
  }

  #next(): Timer | undefined {
    while (this.#heap[0] && !this.#heap[0].action) pop(this.#heap);
    return this.#heap[0];
  }
}

/** Lets every promise callback that can run now run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function before(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Timer[], timer: Timer): void {
  let at = heap.push(timer) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(timer, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
