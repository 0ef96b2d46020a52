import type { Clock } from '@hookswitch/kernel/clock';
import type { JobOptions, JobPayload, JobQueue } from '@hookswitch/kernel/job-queue';
import type { Logger } from '@hookswitch/kernel/logger';

interface Job {
  readonly payload: JobPayload;
  readonly jobId: string | undefined;
  readonly attempts: number;
  readonly retryDelayMs: number;
  tried: number;
}

class Queue {
  readonly waiting: Job[] = [];
  readonly delayed = new Map<Job, () => void>();
  /** Ids of jobs that wait or are delayed. */
  readonly ids = new Set<string>();
  active = 0;
  failed = 0;
  worker: { concurrency: number; handler: (payload: JobPayload) => Promise<void> } | undefined;
}

/** Jobs in this process, on the given clock. For tests and the simulation. */
export class MemoryJobQueue implements JobQueue {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #queues = new Map<string, Queue>();
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(deps: { clock: Clock; logger: Logger }) {
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  async add<Name extends string>(name: Name, payload: JobPayload, options: JobOptions = {}): Promise<void> {
    if (this.#closed) return;
    const queue = this.#queue(name);
    const { jobId, delayMs = 0, attempts = 3, retryDelayMs = 1000 } = options;
    if (jobId !== undefined) {
      if (queue.ids.has(jobId)) return;
      queue.ids.add(jobId);
    }
    this.#place(queue, { payload: structuredClone(payload), jobId, attempts, retryDelayMs, tried: 0 }, delayMs);
  }

  process(name: string, concurrency: number, handler: (payload: JobPayload) => Promise<void>): void {
    const queue = this.#queue(name);
    if (queue.worker) throw new TypeError(`The queue ${name} has a handler already.`);
    queue.worker = { concurrency, handler };
    this.#pump(queue);
  }

  async counts(name: string) {
    const { waiting, active, delayed, failed } = this.#queue(name);
    return { waiting: waiting.length, active, delayed: delayed.size, failed };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const queue of this.#queues.values()) for (const cancel of queue.delayed.values()) cancel();
    await Promise.all(this.#running);
  }

  #queue(name: string): Queue {
    let queue = this.#queues.get(name);
    if (!queue) this.#queues.set(name, (queue = new Queue()));
    return queue;
  }

  #place(queue: Queue, job: Job, delayMs: number): void {
    if (delayMs > 0) {
      const cancel = this.#clock.after(delayMs, () => {
        queue.delayed.delete(job);
        this.#place(queue, job, 0);
      });
      queue.delayed.set(job, cancel);
      return;
    }
    queue.waiting.push(job);
    // Whoever adds a job must not find it run before the promise it was given settles.
    queueMicrotask(() => this.#pump(queue));
  }

  #pump(queue: Queue): void {
    const { worker } = queue;
    if (!worker) return;
    while (!this.#closed && queue.active < worker.concurrency && queue.waiting.length > 0) {
      const job = queue.waiting.shift()!;
      if (job.jobId !== undefined) queue.ids.delete(job.jobId);
      queue.active++;
      const running = this.#run(queue, job, worker.handler).finally(() => {
        queue.active--;
        this.#running.delete(running);
        this.#pump(queue);
      });
      this.#running.add(running);
    }
  }

  async #run(queue: Queue, job: Job, handler: (payload: JobPayload) => Promise<void>): Promise<void> {
    job.tried++;
    try {
      await handler(structuredClone(job.payload));
    } catch (error) {
      this.#logger.warn({ err: error, job: job.payload.type, tried: job.tried }, 'job failed');
      if (job.tried >= job.attempts) queue.failed++;
      else if (!this.#closed) this.#place(queue, job, job.retryDelayMs);
    }
  }
}
