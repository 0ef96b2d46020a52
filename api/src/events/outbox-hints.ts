import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';

export interface OutboxHintSettings {
  /** Hints of so long are worked on together: one relay for what happened to a document meanwhile, one write for many of them. */
  readonly gatherMs: number;
  readonly largestBatch: number;
  /** Batches at once. */
  readonly concurrency: number;
}

/** Takes documents of one source that have events. */
type HandOn = (source: string, ids: readonly string[]) => Promise<void>;

export const defaultOutboxHintSettings: OutboxHintSettings = { gatherMs: 40, largestBatch: 100, concurrency: 4 };

/**
 * Gathers "this call has events" (or contact, or agent: whatever an `OutboxSource` keeps) and hands batches on: to the relay itself in a process that does such work, else to the job queue. A lost hint is made up
 * for by the sweep.
 */
export class OutboxHints {
  readonly #handOn: HandOn;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #settings: OutboxHintSettings;
  /** Ids of documents, each with the name of its source. */
  readonly #waiting = new Map<string, string>();
  readonly #running = new Set<string>();
  readonly #batches = new Set<Promise<void>>();
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(deps: {
    handOn: HandOn;
    clock: Clock;
    logger: Logger;
    settings?: Partial<OutboxHintSettings>;
  }) {
    this.#handOn = deps.handOn;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
    this.#settings = { ...defaultOutboxHintSettings, ...deps.settings };
  }

  /** Events wait on that document of that source. Never throws, never waits. */
  hint(source: string, id: string): void {
    this.#waiting.set(id, source);
    if (!this.#closed) this.#cancel ??= this.#clock.after(this.#settings.gatherMs, () => this.#startBatches());
  }

  /** Hands on what waits and resolves when all of it is done. */
  async flush(): Promise<void> {
    do {
      this.#startBatches();
      await Promise.all(this.#batches);
    } while (this.#waiting.size > 0 || this.#batches.size > 0);
  }

  /** As `flush`, and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  #startBatches(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    while (this.#batches.size < this.#settings.concurrency) {
      const batch = this.#nextBatch();
      if (!batch) return;
      const { source, ids } = batch;
      for (const id of ids) {
        this.#waiting.delete(id);
        this.#running.add(id);
      }
      const running = this.#handOn(source, ids)
        .catch((error: unknown) => {
          this.#logger.warn(
            { err: error, source, documents: ids.length },
            'events were not relayed; the sweep tries again',
          );
        })
        .finally(() => {
          this.#batches.delete(running);
          for (const id of ids) this.#running.delete(id);
          if (this.#waiting.size > 0) this.#startBatches();
        });
      this.#batches.add(running);
    }
  }

  /** The oldest hints of one source. The turn of documents in a batch under way comes when that is done. */
  #nextBatch(): { source: string; ids: readonly string[] } | undefined {
    let source: string | undefined;
    const ids: string[] = [];
    for (const [id, of] of this.#waiting) {
      if (this.#running.has(id)) continue;
      source ??= of;
      if (of !== source) continue;
      ids.push(id);
      if (ids.length === this.#settings.largestBatch) break;
    }
    return source === undefined ? undefined : { source, ids };
  }
}
