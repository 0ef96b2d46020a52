import type { QueueEntry } from '../live-records.js';

/** Calls in the order in which they are served. */
export class Line {
  readonly #compare: (a: QueueEntry, b: QueueEntry) => number;
  #entries: QueueEntry[] = [];

  constructor(compare: (a: QueueEntry, b: QueueEntry) => number) {
    this.#compare = compare;
  }

  get entries(): readonly QueueEntry[] {
    return this.#entries;
  }

  add(entry: QueueEntry): void {
    this.#entries.splice(this.#placeOf(entry), 0, entry);
  }

  remove(entry: QueueEntry): void {
    const place = this.#placeOf(entry);
    if (this.#entries[place]?.id === entry.id) this.#entries.splice(place, 1);
  }

  /** Takes these out, whatever the order says of them by now. */
  drop(ids: ReadonlySet<string>): void {
    this.#entries = this.#entries.filter(({ id }) => !ids.has(id));
  }

  #placeOf(entry: QueueEntry): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#entries[middle]!, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
