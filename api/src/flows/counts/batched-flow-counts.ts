import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { BatchedWriter } from '../../store/batched-writer.js';
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
  readonly #writer: BatchedWriter<FlowCount>;

  constructor(settings: BatchedFlowCountsSettings) {
    const { counts, logger } = settings;
    this.#writer = new BatchedWriter({
      ...{ maxWaitMs: 2000, batchSize: 2000, maxWaiting: 50_000, ...settings },
      write: (batch) => counts.add(batch),
      onLost: (error, batch) => logger.warn({ err: error, counts: batch.length }, 'counts of flows were not written'),
    });
  }

  /** Counts that were never written. */
  get dropped(): number {
    return this.#writer.dropped;
  }

  add(count: FlowCount): void {
    this.#writer.add(() => count);
  }

  /** Writes what waits. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }
}
