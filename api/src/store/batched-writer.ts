import type { Clock } from '@hookswitch/kernel/clock';

export interface BatchedWriterSettings<Item> {
  /** Stores a batch. What it rejects is told to `onLost`, and lost. */
  readonly write: (batch: readonly Item[]) => Promise<void>;
  readonly onLost: (error: unknown, batch: readonly Item[]) => void;
  readonly clock: Clock;
  /** An item waits at most so long, milliseconds. */
  readonly maxWaitMs: number;
  /** So many are written at once. */
  readonly batchSize: number;
  /** While the store is slow no more than so many are kept, what is being written included: the newest are dropped and counted. */
  readonly maxWaiting: number;
}

/** Writes many things at a time, off the path of whoever has them to write: batch after batch, in order. */
export class BatchedWriter<Item> {
  readonly #settings: BatchedWriterSettings<Item>;
  readonly #waiting: Item[] = [];
  #cancelTimer: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #unwritten = 0;
  #dropped = 0;

  constructor(settings: BatchedWriterSettings<Item>) {
    this.#settings = settings;
  }

  /** Items that were never written because the store was too slow or away. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Never throws. `make` is asked for the item where there is room for it: whether there was. */
  add(make: () => Item): boolean {
    const { clock, maxWaitMs, batchSize, maxWaiting } = this.#settings;
    if (this.#unwritten >= maxWaiting) {
      this.#dropped++;
      return false;
    }
    this.#unwritten++;
    this.#waiting.push(make());
    if (this.#waiting.length === batchSize) void this.flush();
    else this.#cancelTimer ??= clock.after(maxWaitMs, () => void this.flush());
    return true;
  }

  /** Writes what waits. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const batch = this.#waiting.splice(0);
    if (batch.length > 0) this.#writing = this.#writing.then(() => this.#write(batch));
    return this.#writing;
  }

  async #write(batch: readonly Item[]): Promise<void> {
    const { write, onLost } = this.#settings;
    try {
      await write(batch);
    } catch (error) {
      this.#dropped += batch.length;
      onLost(error, batch);
    }
    this.#unwritten -= batch.length;
  }
}
