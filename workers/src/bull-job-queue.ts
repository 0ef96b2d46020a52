import type { JobOptions, JobPayload, JobQueue } from '@hookswitch/kernel/job-queue';
import type { Logger } from '@hookswitch/kernel/logger';
import Bull from 'bull';
import type { Redis, RedisOptions } from 'ioredis';

/** A hint whose job was lost between its two writes is dropped for so long, no longer. */
const dedupeMarginMs = 10_000;
/** Failed jobs kept for whoever looks for the cause. */
const keptFailures = 100;

/**
 * Jobs in Redis by Bull. Bull drops a second job of one id even while the first one runs, which would lose a hint; so the id stands in a key of its own,
 * from when the job is added until a worker starts it.
 */
export class BullJobQueue implements JobQueue {
  readonly #open: (options: RedisOptions) => Redis;
  readonly #prefix: string;
  readonly #logger: Logger;
  readonly #client: Redis;
  readonly #subscriber: Redis;
  readonly #queues = new Map<string, Bull.Queue<StoredJob>>();
  #closed = false;

  /** `connect` opens a connection to Redis with these options. */
  constructor(settings: { connect: (options: RedisOptions) => Redis; logger: Logger; prefix?: string }) {
    this.#open = settings.connect;
    this.#prefix = settings.prefix ?? '{jobs}';
    this.#logger = settings.logger;
    // Bull shares one connection for commands and one for events; it asks for these two options on shared ones.
    this.#client = this.#connect();
    this.#subscriber = this.#connect();
  }

  async add<Name extends string>(name: Name, payload: JobPayload, options: JobOptions = {}): Promise<void> {
    if (this.#closed) return;
    const { delayMs = 0, jobId, attempts = 3, retryDelayMs = 1000 } = options;
    if (jobId !== undefined) {
      const ttl = Math.ceil(delayMs + dedupeMarginMs);
      if ((await this.#client.set(this.#dedupeKey(name, jobId), 1, 'PX', ttl, 'NX')) === null) return;
    }
    await this.#queue(name).add(
      { payload, ...(jobId === undefined ? {} : { dedupe: jobId }) },
      {
        attempts,
        ...(delayMs > 0 ? { delay: Math.ceil(delayMs) } : {}),
        backoff: { type: 'fixed', delay: retryDelayMs },
        removeOnComplete: true,
        removeOnFail: keptFailures,
      },
    );
  }

  process(name: string, concurrency: number, handler: (payload: JobPayload) => Promise<void>): void {
    const queue = this.#queue(name);
    queue.on('failed', (job, error) => {
      this.#logger.warn({ err: error, job: job.data.payload.type, tried: job.attemptsMade }, 'job failed');
    });
    // Bull's promise lives as long as the queue and rejects only when it is closed.
    void queue
      .process(concurrency, async (job) => {
        const { payload, dedupe } = job.data;
        if (dedupe !== undefined) await this.#client.del(this.#dedupeKey(name, dedupe));
        await handler(payload);
      })
      .catch((error: unknown) => this.#logger.error({ err: error, queue: name }, 'the queue takes no more jobs'));
  }

  async counts(name: string) {
    const { waiting, active, delayed, failed } = await this.#queue(name).getJobCounts();
    return { waiting, active, delayed, failed };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    await Promise.all([this.#client.quit(), this.#subscriber.quit()].map((closing) => closing.catch(() => {})));
  }

  #queue(name: string): Bull.Queue<StoredJob> {
    let queue = this.#queues.get(name);
    if (!queue) {
      queue = new Bull<StoredJob>(name, {
        prefix: this.#prefix,
        createClient: (type) => {
          if (type === 'client') return this.#client;
          if (type === 'subscriber') return this.#subscriber;
          return this.#connect(); // a blocking connection of the queue's own, which Bull closes
        },
        // A worker that died is noticed after `lockDuration`, and its job given to another.
        settings: { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 3, drainDelay: 5 },
      });
      queue.on('error', (error) =>
        this.#logger.warn({ err: error, queue: name }, 'the job queue has trouble with Redis'),
      );
      this.#queues.set(name, queue);
    }
    return queue;
  }

  #connect(): Redis {
    const client = this.#open({ maxRetriesPerRequest: null, enableReadyCheck: false });
    client.on('error', (error) => this.#logger.warn({ err: error }, 'Redis cannot be reached'));
    return client;
  }

  #dedupeKey(queue: string, jobId: string): string {
    return `${this.#prefix}:dedupe:${queue}:${jobId}`;
  }
}

interface StoredJob {
  readonly payload: JobPayload;
  readonly dedupe?: string;
}
