import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Settlement } from './delivery.js';
import type { DeliveryStore } from './delivery-store.js';

/** A settlement that waits longer than this is written: as long as hints of events are gathered (`OutboxHints`). */
const gatherMs = 40;
const largestBatch = 200;
const retryMs = 1000;
/** After so many failures a batch is dropped: its leases run out and the deliveries are made again. */
const tries = 5;

/** Writes settlements many at a time: one bulk write costs little more than one write. */
export class SettleBatch {
  readonly #store: DeliveryStore;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #gathered: Settlement[] = [];
  #cancel: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: { deliveries: DeliveryStore; clock: Clock; logger: Logger }) {
    this.#store = deps.deliveries;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  add(settlement: Settlement): void {
    this.#gathered.push(settlement);
    if (this.#gathered.length >= largestBatch) void this.flush();
    else this.#cancel ??= this.#clock.after(gatherMs, () => void this.flush());
  }

  /** Writes what is gathered. Resolves when all that was added before is written or dropped. */
  flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const batch = this.#gathered;
    this.#gathered = [];
    if (batch.length > 0) this.#writing = this.#writing.then(() => this.#write(batch));
    return this.#writing;
  }

  async #write(batch: readonly Settlement[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#store.settle(batch);
      } catch (error) {
        if (attempt === tries) {
          this.#logger.error({ err: error, settlements: batch.length }, 'results of webhook attempts were not stored');
          return;
        }
        await new Promise<void>((resolve) => this.#clock.after(retryMs, resolve));
      }
    }
  }
}
