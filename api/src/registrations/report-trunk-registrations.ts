import type { Clock } from '@hookswitch/kernel/clock';
import type { RegistrationChange } from '@hookswitch/media/port/call-engine';
import type { TrunkRegistrationReport, TrunkRegistrationStore } from './trunk-registration-store.js';

/** Remembers how the registrations of one node stand, tells the store of each change and repeats itself when asked, because reports are leases. */
export class ReportTrunkRegistrations {
  readonly #store: TrunkRegistrationStore;
  readonly #clock: Clock;
  readonly #nodeId: string;
  readonly #reports = new Map<string, TrunkRegistrationReport>();

  constructor(deps: { store: TrunkRegistrationStore; clock: Clock; nodeId: string }) {
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#nodeId = deps.nodeId;
  }

  /** A registration was made, kept, refused or given up. `since` moves only when the state does. */
  async changed({ trunkId, state, detail, server }: RegistrationChange): Promise<void> {
    const before = this.#reports.get(trunkId);
    const since = before?.state === state ? before.since : this.#clock.now();
    const report = {
      trunkId,
      nodeId: this.#nodeId,
      state,
      since,
      ...(detail === undefined ? {} : { detail }),
      ...(server === undefined ? {} : { server }),
    };
    // What was given up is told once and lapses.
    if (state === 'unregistered') this.#reports.delete(trunkId);
    else this.#reports.set(trunkId, report);
    await this.#store.save([report]);
  }

  /** Another node keeps these now, and tells of them. */
  leave(trunkIds: readonly string[]): void {
    for (const trunkId of trunkIds) this.#reports.delete(trunkId);
  }

  /** Saves what stands, again. Call it more often than reports lapse. */
  async repeat(): Promise<void> {
    await this.#store.save([...this.#reports.values()]);
  }
}
