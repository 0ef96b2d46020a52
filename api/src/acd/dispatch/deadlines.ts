import type { Clock } from '@hookswitch/kernel/clock';

interface Deadline {
  readonly key: string;
  readonly at: number;
}

/**
 * Many named points in time on one timer. Setting a name again moves it; what was set before counts no more. `due` is called for each once its time has come,
 * never within `set`.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #due: (key: string) => void;
  readonly #times = new Map<string, number>();
  /** A binary heap by time; entries whose time is not the one in `#times` are left from before. */
  #heap: Deadline[] = [];
  #armedFor = Number.POSITIVE_INFINITY;
  #disarm = () => {};

  constructor(clock: Clock, due: (key: string) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /** `at` undefined: none. */
  set(key: string, at: number | undefined): void {
    if (at === undefined) {
      this.#times.delete(key);
      return;
    }
    if (this.#times.get(key) === at) return;
    this.#times.set(key, at);
    this.#push({ key, at });
    if (this.#heap.length > 64 && this.#heap.length > 3 * this.#times.size) this.#sweep();
    this.#arm();
  }

  clear(): void {
    this.#times.clear();
    this.#heap = [];
    this.#disarm();
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #fire(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first && first.at <= now; first = this.#heap[0]) {
      this.#pop();
      if (this.#times.get(first.key) !== first.at) continue;
      this.#times.delete(first.key);
      this.#due(first.key);
    }
    this.#arm();
  }

  #arm(): void {
    const first = this.#heap[0];
    if (!first || first.at >= this.#armedFor) return;
    this.#disarm();
    this.#armedFor = first.at;
    this.#disarm = this.#clock.after(Math.max(0, first.at - this.#clock.now()), () => this.#fire());
  }

  #sweep(): void {
    const left = this.#heap.filter(({ key, at }) => this.#times.get(key) === at);
    this.#heap = [];
    for (const deadline of left) this.#push(deadline);
  }

  #push(deadline: Deadline): void {
    const heap = this.#heap;
    let at = heap.push(deadline) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.at <= deadline.at) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = deadline;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
      if (heap[child]!.at >= last.at) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
