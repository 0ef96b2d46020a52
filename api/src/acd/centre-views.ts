import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { LiveIndex } from './dispatch/upkeep.js';
import { followCentre } from './follow-centre.js';
import type { LiveCentreStore } from './live-centre-store.js';
import type { LiveAgent, LiveRecord, Offer, QueueEntry } from './live-records.js';

/** A view nobody asked for so long is given up, milliseconds. */
const keptMs = 60_000;
const retryMs = 500;

export interface CentreViewsSettings {
  readonly store: LiveCentreStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface View {
  readonly index: LiveIndex;
  askedAt: number;
  close(): Promise<void>;
}

/** Live states that are asked for again and again (queues, wall boards), kept up to date in this process instead of being read each time. They are a moment behind. */
export class CentreViews {
  readonly #settings: CentreViewsSettings;
  readonly #views = new Map<string, Promise<View>>();

  constructor(settings: CentreViewsSettings) {
    this.#settings = settings;
  }

  /** Rejects where the live state cannot be read. */
  async get(accountId: string): Promise<LiveIndex> {
    let opening = this.#views.get(accountId);
    if (!opening) {
      opening = this.#open(accountId);
      this.#views.set(accountId, opening);
      opening.catch(() => this.#views.delete(accountId));
    }
    const view = await opening;
    view.askedAt = this.#settings.clock.monotonic();
    return view.index;
  }

  async close(): Promise<void> {
    const views = await Promise.allSettled(this.#views.values());
    this.#views.clear();
    for (const view of views) if (view.status === 'fulfilled') await view.value.close();
  }

  async #open(accountId: string): Promise<View> {
    const { store, clock, logger } = this.#settings;
    const agents = new Map<string, LiveAgent>();
    const entries = new Map<string, QueueEntry>();
    const offers = new Map<string, Offer>();
    const maps = { agent: agents, entry: entries, offer: offers } as Record<
      LiveRecord['kind'],
      Map<string, LiveRecord>
    >;
    const end = await followCentre(
      store,
      accountId,
      {
        loaded(centre) {
          for (const map of Object.values(maps)) map.clear();
          for (const record of [...centre.agents, ...centre.entries, ...centre.offers])
            maps[record.kind].set(record.id, record);
        },
        changed({ records }) {
          for (const { kind, id, record } of records) {
            if (record) maps[kind].set(id, record);
            else maps[kind].delete(id);
          }
        },
        failed: (error) => logger.warn({ err: error, accountId }, 'the live state could not be read; trying again'),
      },
      (again) => clock.after(retryMs, again),
    );
    const view: View = {
      index: { agents, entries, offers },
      askedAt: clock.monotonic(),
      async close() {
        cancel();
        await end();
      },
    };
    let cancel = () => {};
    const watch = () => {
      cancel = clock.after(keptMs, () => {
        if (clock.monotonic() - view.askedAt < keptMs) return watch();
        this.#views.delete(accountId);
        view.close().catch((error: unknown) => logger.warn({ err: error, accountId }, 'a view was not closed'));
      });
    };
    watch();
    return view;
  }
}
