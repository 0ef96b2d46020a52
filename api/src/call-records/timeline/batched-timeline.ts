import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { BatchedWriter } from '../../store/batched-writer.js';
import type { NewTimelineEntry, TimelineEntry, TimelineStore, TimelineWriter } from './call-timeline.js';
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

/** Writes timelines in batches, off the critical path. What the store does not take is tried once more, then dropped. */
export class BatchedTimeline implements TimelineWriter {
  readonly #clock: Clock;
  readonly #name: string;
  readonly #writer: BatchedWriter<TimelineEntry>;
  #order = 0;

  constructor(settings: BatchedTimelineSettings) {
    const { store, logger } = settings;
    this.#clock = settings.clock;
    this.#name = settings.writer;
    this.#writer = new BatchedWriter({
      ...{ maxWaitMs: 250, batchSize: 200, maxWaiting: 20_000, ...settings },
      write: (batch) => store.append(batch).catch(() => store.append(batch)),
      onLost: (error, batch) =>
        logger.warn({ err: error, entries: batch.length }, 'Entries of call timelines were not written.'),
    });
  }

  /** Entries that were never written because the store was too slow or away. For metrics. */
  get dropped(): number {
    return this.#writer.dropped;
  }

  add(entry: NewTimelineEntry): void {
    this.#writer.add(() => {
      const at = this.#clock.now();
      const id = `${pad(Math.floor(at), 14)}.${pad(this.#order++, 9)}.${this.#name}`;
      const { detail, ...rest } = entry;
      return { id, at, ...rest, ...(detail === undefined ? {} : { detail: cutDetail(detail) }) };
    });
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
