import type { Clock } from '@hookswitch/kernel/clock';
import { ShortCache } from '../store/short-cache.js';
import type { BlacklistEntryStore } from './blacklist-entry.js';
import { isBlacklisted } from './is-blacklisted.js';

/** The first entry of an account counts everywhere after so long, milliseconds; further ones count at once. */
const keepMs = 1000;

/** Asks whether callers are on the blacklist; of accounts that have none the store is asked once a second at most. */
export class KeptOut {
  readonly #blacklist: Pick<BlacklistEntryStore, 'findOne' | 'list'>;
  readonly #anybody: ShortCache<boolean>;

  constructor(blacklist: Pick<BlacklistEntryStore, 'findOne' | 'list'>, clock: Clock) {
    this.#blacklist = blacklist;
    this.#anybody = new ShortCache(clock, { keepMs });
  }

  /** @param lineId the number of the account that is called (PN…) */
  async has(accountId: string, from: string, lineId: string | undefined): Promise<boolean> {
    const anybody = await this.#anybody.get(accountId, async () => {
      const { items } = await this.#blacklist.list(accountId, { limit: 1 });
      return items.length > 0;
    });
    return anybody && isBlacklisted(this.#blacklist, accountId, from, lineId);
  }
}
