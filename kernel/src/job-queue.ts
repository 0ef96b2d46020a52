/**
 * Background work. A job is a hint ("look at this id"), never the only copy of a fact: whoever queues one has already
 * stored what it is about, and a sweep finds what a lost job would have done.
 *
 * What must hold: a job runs at least once, perhaps twice and perhaps on two workers at once; a handler that throws is run again after `retryDelayMs` up to
 * `attempts` times; a delayed job does not run before its time; jobs of one queue run at most `concurrency` at a time per worker.
 */
export interface JobQueue {
  /** Queues a job. `jobId` makes it unique while it waits: a second one with that id is dropped. */
  add<Name extends string>(queue: Name, payload: JobPayload, options?: JobOptions): Promise<void>;
  /** Starts working on a queue. One handler per queue and process. */
  process(queue: string, concurrency: number, handler: (payload: JobPayload) => Promise<void>): void;
  /** How many jobs wait, run, are delayed or failed, for metrics. */
  counts(queue: string): Promise<{ waiting: number; active: number; delayed: number; failed: number }>;
  /** Takes no new job (one that is added is dropped, the sweep makes up for it) and waits for those running. */
  close(): Promise<void>;
}

/** Tagged and versioned, ids rather than documents, so that a new release can read yesterday's jobs. */
export interface JobPayload {
  readonly type: `${string}.v${number}`;
  readonly [key: string]: string | number | boolean;
}

export interface JobOptions {
  readonly delayMs?: number;
  readonly jobId?: string;
  /** Runs in all, the first included. Default 3. */
  readonly attempts?: number;
  /** Wait before another run. Default 1,000. */
  readonly retryDelayMs?: number;
}
