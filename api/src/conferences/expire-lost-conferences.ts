import type { Logger } from '@hookswitch/kernel/logger';
import { LostNodes, type LostNodesSettings } from '../calls/index.js';
import { timestamp } from '../store/timestamp.js';
import type { ConferenceStore } from './conference.js';
import type { ConferenceBook } from './conference-book.js';
import { ended } from './conference-changes.js';

/** So many conferences are looked at, at once. */
const batch = 1000;

interface ExpireLostConferencesSettings extends LostNodesSettings {
  readonly conferences: ConferenceStore;
  readonly book: ConferenceBook;
  readonly logger: Logger;
}

/** Ends the conferences whose node died, and that no other node went on with: none of their calls is left. Several processes may look at once: each ends once. */
export class ExpireLostConferences {
  readonly #settings: ExpireLostConferencesSettings;
  readonly #lost: LostNodes;

  constructor(settings: ExpireLostConferencesSettings) {
    this.#settings = settings;
    this.#lost = new LostNodes(settings);
  }

  /** One look. Resolves to the number of conferences ended. */
  async run(): Promise<number> {
    const { conferences, book, clock, logger } = this.#settings;
    const live = await conferences.acrossAccounts.find({ status: { in: ['init', 'in-progress'] } }, { limit: batch });
    const lost = new Set(await this.#lost.among([...new Set(live.map(({ nodeId }) => nodeId))]));
    let count = 0;
    for (const { accountId, id, nodeId } of live.filter((each) => lost.has(each.nodeId))) {
      try {
        const at = timestamp(clock);
        await book.change(accountId, id, (now) => (now.nodeId === nodeId ? ended(now, 'nodeLost', at) : undefined));
        count += 1;
      } catch (error) {
        logger.error(
          { err: error, conferenceId: id },
          'A conference whose node died could not be ended; the next run tries again.',
        );
      }
    }
    return count;
  }
}
