import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { timestamp } from '../store/timestamp.js';
import type { Conference, ConferenceStore } from './conference.js';
import type { ConferenceBook } from './conference-book.js';
import { ended } from './conference-changes.js';
import type { ConferenceClaims } from './conference-claims.js';

/** So many conferences are looked at, at once. */
const batch = 1000;
/** A claim must be missed for so long: calls elsewhere take a conference over within seconds. */
const graceMs = 20_000;

interface ExpireLostConferencesSettings {
  readonly conferences: ConferenceStore;
  readonly book: ConferenceBook;
  readonly claims: Pick<ConferenceClaims, 'owners'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Ends the conferences that no node has: theirs died, or was started anew, and no call elsewhere was left to go on with them. Several processes may look at once: each ends once.
 */
export class ExpireLostConferences {
  readonly #settings: ExpireLostConferencesSettings;
  /** Since when conferences are missed, by id. */
  #missedSince: ReadonlyMap<string, number> = new Map();

  constructor(settings: ExpireLostConferencesSettings) {
    this.#settings = settings;
  }

  /** One look. Resolves to the number of conferences ended. */
  async run(): Promise<number> {
    const { clock, logger } = this.#settings;
    const now = clock.monotonic();
    const missed = await this.#unclaimed();
    const before = this.#missedSince;
    this.#missedSince = new Map(missed.map(({ id }) => [id, before.get(id) ?? now]));
    let count = 0;
    for (const conference of missed) {
      if (now - this.#missedSince.get(conference.id)! < graceMs) continue;
      try {
        await this.#end(conference);
        count += 1;
      } catch (error) {
        logger.error(
          { err: error, conferenceId: conference.id },
          'A conference that no node has could not be ended; the next run tries again.',
        );
      }
    }
    return count;
  }

  /** Live conferences whose name nobody has now. */
  async #unclaimed(): Promise<readonly Conference[]> {
    const { conferences, claims } = this.#settings;
    const live = await conferences.acrossAccounts.find({ status: { in: ['init', 'in-progress'] } }, { limit: batch });
    const owners = await claims.owners(live);
    return live.filter((_, index) => owners[index] === undefined);
  }

  /** Unless a node went on with it meanwhile. */
  async #end({ accountId, id, nodeId }: Conference): Promise<void> {
    const { book, clock } = this.#settings;
    const at = timestamp(clock);
    await book.change(accountId, id, (now) => (now.nodeId === nodeId ? ended(now, 'nodeLost', at) : undefined));
  }
}
