import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { FlowCount, FlowCounts } from './flow-counts.js';

/** Takes counts off the path of calls. Never throws. */
export interface FlowCountWriter {
  add(count: FlowCount): void;
}

export interface BatchedFlowCountsSettings {
  readonly counts: Pick<FlowCounts, 'add'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A count waits at most so long, milliseconds. Default 2,000. */
  readonly maxWaitMs?: number;
  /** So many are written at once. Default 2,000. */
  readonly batchSize?: number;
  /** More are not kept while the store is slow. Default 50,000. */
  readonly maxWaiting?: number;
}

/** Writes counts many at a time. What the store does not take is lost: a number in a report, no call. */
export class BatchedFlowCounts implements FlowCountWriter {
  readonly #settings: Required<BatchedFlowCountsSettings>;
  #waiting: FlowCount[] = [];
  #cancelTimer: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #dropped = 0;

  constructor(settings: BatchedFlowCountsSettings) {
    this.#settings = { maxWaitMs: 2000, batchSize: 2000, maxWaiting: 50_000, ...settings };
  }

  /** Counts that were never written. */
  get dropped(): number {
    return this.#dropped;
  }

  add(count: FlowCount): void {
    const { clock, maxWaitMs, batchSize, maxWaiting } = this.#settings;
    if (this.#waiting.length >= maxWaiting) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(count);
    if (this.#waiting.length === batchSize) void this.flush();
    else this.#cancelTimer ??= clock.after(maxWaitMs, () => void this.flush());
  }

  /** Writes what waits. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { counts, batchSize, logger } = this.#settings;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchSize);
      try {
        await counts.add(batch);
      } catch (error) {
        this.#dropped += batch.length;
        logger.warn({ err: error, counts: batch.length }, 'counts of flows were not written');
      }
    }
  }
}
