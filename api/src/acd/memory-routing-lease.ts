import type { Clock } from '@hookswitch/kernel/clock';
import type { RoutingLease } from './routing-lease.js';

/** Leases in this process's memory. Holders that share an instance see each other's. */
export class MemoryRoutingLease implements RoutingLease {
  readonly #clock: Clock;
  readonly #leases = new Map<string, { readonly holder: string; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async hold(holder: string, accountIds: readonly string[], ttlMs: number): Promise<readonly string[]> {
    const now = this.#clock.now();
    return accountIds.filter((accountId) => {
      const lease = this.#leases.get(accountId);
      if (lease && lease.holder !== holder && lease.until > now) return false;
      this.#leases.set(accountId, { holder, until: now + ttlMs });
      return true;
    });
  }

  async release(holder: string, accountIds: readonly string[]): Promise<void> {
    for (const accountId of accountIds) {
      if (this.#leases.get(accountId)?.holder === holder) this.#leases.delete(accountId);
    }
  }
}
