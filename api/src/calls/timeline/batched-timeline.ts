import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { NewTimelineEntry, TimelineEntry, TimelineStore, TimelineWriter } from '../call-timeline.js';
import { cutDetail } from './cut-detail.js';

export interface BatchedTimelineSettings {
  readonly store: TimelineStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tells entries of several processes apart that fall into one millisecond. Letters and digits. */
  readonly writer: string;
  /** An entry waits at most so long, milliseconds. Default 250. */
  readonly maxWaitMs?: number;
  /** So many entries are written at once. Default 200. */
  readonly batchSize?: number;
  /** More than so many are not kept while the store is slow: the newest are dropped and counted. Default 20,000. */
  readonly maxWaiting?: number;
}

/** Writes timelines in batches, off the critical path. What the store does not take is tried once more with the next batch, then dropped. */
export class BatchedTimeline implements TimelineWriter {
  readonly #settings: Required<BatchedTimelineSettings>;
  #waiting: TimelineEntry[] = [];
  #cancelTimer: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #order = 0;
  #dropped = 0;

  constructor(settings: BatchedTimelineSettings) {
    this.#settings = { maxWaitMs: 250, batchSize: 200, maxWaiting: 20_000, ...settings };
  }

  /** Entries that were never written because the store was too slow or away. For metrics. */
  get dropped(): number {
    return this.#dropped;
  }

  add(entry: NewTimelineEntry): void {
    const { clock, writer, maxWaiting, maxWaitMs, batchSize } = this.#settings;
    if (this.#waiting.length >= maxWaiting) {
      this.#dropped++;
      return;
    }
    const at = clock.now();
    const id = `${pad(Math.floor(at), 14)}.${pad(this.#order++, 9)}.${writer}`;
    const { detail, ...rest } = entry;
    this.#waiting.push({ id, at, ...rest, ...(detail === undefined ? {} : { detail: cutDetail(detail) }) });
    if (this.#waiting.length === batchSize) void this.flush();
    else this.#cancelTimer ??= clock.after(maxWaitMs, () => void this.flush());
  }

  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { store, batchSize, logger } = this.#settings;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchSize);
      await store
        .append(batch)
        .catch(() => store.append(batch))
        .catch((error: unknown) => {
          this.#dropped += batch.length;
          logger.warn({ err: error, entries: batch.length }, 'Entries of call timelines were not written.');
        });
    }
  }
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
