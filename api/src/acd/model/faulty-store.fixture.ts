import type { Random } from '@hookswitch/kernel/random';
import type { CommitResult, LiveCentreStore, LiveListener, LiveWrite } from '../live-centre-store.js';

/** The live state as a process reaches it that may die, over a network that may fail. */
export class FaultyStore implements LiveCentreStore {
  /** How likely a commit is lost, fails before it is done, or is done although the answer is lost: each with this likelihood. */
  faults = 0;
  dead = false;
  readonly #store: LiveCentreStore;
  readonly #random: Random;

  constructor(store: LiveCentreStore, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  async commit(accountId: string, writes: readonly LiveWrite[]): Promise<CommitResult> {
    this.#check();
    const fate = this.#random.next();
    if (fate < this.faults) return { committed: false };
    if (fate < 2 * this.faults) throw new Error('model: the store is away');
    const result = await this.#store.commit(accountId, writes);
    if (fate < 3 * this.faults) throw new Error('model: the answer was lost');
    return result;
  }

  load: LiveCentreStore['load'] = async (accountId) => {
    this.#check();
    return this.#store.load(accountId);
  };

  get: LiveCentreStore['get'] = async (accountId, kind, id) => {
    this.#check();
    return this.#store.get(accountId, kind, id);
  };

  changesAfter: LiveCentreStore['changesAfter'] = (accountId, position) =>
    this.#store.changesAfter(accountId, position);

  accounts: LiveCentreStore['accounts'] = async () => {
    this.#check();
    return this.#store.accounts();
  };

  subscribeAccounts: LiveCentreStore['subscribeAccounts'] = (listener) =>
    this.#store.subscribeAccounts((accountId) => !this.dead && listener(accountId));

  subscribe(accountId: string, listener: LiveListener): Promise<() => Promise<void>> {
    return this.#store.subscribe(accountId, {
      changed: (change) => !this.dead && listener.changed(change),
      reload: () => !this.dead && listener.reload(),
    });
  }

  #check(): void {
    if (this.dead) throw new Error('model: this process is dead');
  }
}
