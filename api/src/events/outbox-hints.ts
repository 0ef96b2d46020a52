import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';

export interface OutboxHintSettings {
  /** Hints of so long are worked on together: one relay for what happened to a call meanwhile, one write for many calls. */
  readonly gatherMs: number;
  readonly largestBatch: number;
  /** Batches at once. */
  readonly concurrency: number;
}

export const defaultOutboxHintSettings: OutboxHintSettings = { gatherMs: 40, largestBatch: 100, concurrency: 4 };

/**
 * Gathers "this call has events" and hands batches on: to the relay itself in a process that does such work, else to the job queue. A lost hint is made up
 * for by the sweep.
 */
export class OutboxHints {
  readonly #handOn: (callIds: readonly string[]) => Promise<void>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #settings: OutboxHintSettings;
  readonly #waiting = new Set<string>();
  readonly #running = new Set<string>();
  readonly #batches = new Set<Promise<void>>();
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(deps: {
    handOn: (callIds: readonly string[]) => Promise<void>;
    clock: Clock;
    logger: Logger;
    settings?: Partial<OutboxHintSettings>;
  }) {
    this.#handOn = deps.handOn;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
    this.#settings = { ...defaultOutboxHintSettings, ...deps.settings };
  }

  /** Events wait on that call. Never throws, never waits. */
  hint(callId: string): void {
    this.#waiting.add(callId);
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
      const batch: string[] = [];
      for (const callId of this.#waiting) {
        if (this.#running.has(callId)) continue; // its turn comes when the batch under way is done
        batch.push(callId);
        if (batch.length === this.#settings.largestBatch) break;
      }
      if (batch.length === 0) return;
      for (const callId of batch) {
        this.#waiting.delete(callId);
        this.#running.add(callId);
      }
      const running = this.#handOn(batch)
        .catch((error: unknown) => {
          this.#logger.warn({ err: error, calls: batch.length }, 'events were not relayed; the sweep tries again');
        })
        .finally(() => {
          this.#batches.delete(running);
          for (const callId of batch) this.#running.delete(callId);
          if (this.#waiting.size > 0) this.#startBatches();
        });
      this.#batches.add(running);
    }
  }
}
