import type { Attempt, Delivery, Settlement } from './delivery.js';
import type { AttemptFilter, DeliveryStore, DueLane, Untried } from './delivery-store.js';

/** Keeps deliveries and attempts in this process's memory. For tests and the simulation. */
export class MemoryDeliveryStore implements DeliveryStore {
  readonly #deliveries = new Map<string, Delivery>();
  readonly #attempts = new Map<string, Attempt>();

  async insertNew(deliveries: readonly Delivery[]): Promise<ReadonlySet<string>> {
    const stored = new Set<string>();
    for (const delivery of deliveries) {
      if (this.#deliveries.has(delivery.id)) continue;
      this.#deliveries.set(delivery.id, { ...delivery });
      stored.add(delivery.id);
    }
    return stored;
  }

  async due(lane: string, now: number, limit: number): Promise<readonly Delivery[]> {
    return this.#pending((one) => one.lane === lane && one.nextAttemptAt <= now)
      .sort((a, b) => a.nextAttemptAt - b.nextAttemptAt || (a.sequence ?? 0) - (b.sequence ?? 0))
      .slice(0, limit);
  }

  async untried(subjectIds: readonly string[], lane?: string): Promise<readonly Untried[]> {
    const wanted = new Set(subjectIds);
    return this.#pending(
      (one) => one.attempts === 0 && wanted.has(one.subjectId ?? '') && (lane === undefined || one.lane === lane),
    ).map(({ id, lane, subjectId, sequence }) => ({ id, lane, subjectId: subjectId!, sequence: sequence! }));
  }

  async claim(ids: readonly string[], claim: string, now: number, leaseUntil: number): Promise<readonly Delivery[]> {
    const got: Delivery[] = [];
    for (const id of ids) {
      const one = this.#deliveries.get(id);
      if (one?.status !== 'pending' || one.nextAttemptAt > now) continue;
      const taken = { ...one, claim, nextAttemptAt: leaseUntil };
      this.#deliveries.set(id, taken);
      got.push(taken);
    }
    return got;
  }

  async release(ids: readonly string[], claim: string, at: number): Promise<void> {
    for (const id of ids) {
      const one = this.#deliveries.get(id);
      if (one?.status !== 'pending' || one.claim !== claim) continue;
      const { claim: _, ...rest } = one;
      this.#deliveries.set(id, { ...rest, nextAttemptAt: at });
    }
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    for (const { deliveryId, claim, status, attempts, nextAttemptAt, attempt } of settlements) {
      this.#attempts.set(attempt.id, attempt);
      const one = this.#deliveries.get(deliveryId);
      if (one?.claim !== claim) continue;
      const { claim: _, ...rest } = one;
      this.#deliveries.set(deliveryId, { ...rest, status, attempts, nextAttemptAt });
    }
  }

  async restart(deliveries: readonly Delivery[], now: number): Promise<void> {
    for (const delivery of deliveries) {
      this.#deliveries.set(delivery.id, { ...delivery, status: 'pending', attempts: 0, nextAttemptAt: now });
    }
  }

  async getMany(ids: readonly string[]): Promise<readonly Delivery[]> {
    return ids.flatMap((id) => this.#deliveries.get(id) ?? []);
  }

  async abandon(lane: string): Promise<void> {
    for (const one of this.#pending((delivery) => delivery.lane === lane)) {
      const { claim: _, ...rest } = one;
      this.#deliveries.set(one.id, { ...rest, status: 'given-up' });
    }
  }

  async dueLanes(dueBefore: number, limit: number): Promise<readonly DueLane[]> {
    const lanes = new Map<string, DueLane>();
    for (const { lane, accountId } of this.#pending((one) => one.nextAttemptAt <= dueBefore)) {
      if (lanes.size < limit) lanes.set(lane, { lane, accountId });
    }
    return [...lanes.values()];
  }

  async attempts(accountId: string, filter: AttemptFilter, page: { limit: number; before?: string | undefined }) {
    return [...this.#attempts.values()]
      .filter(
        (one) =>
          one.accountId === accountId &&
          (filter.endpointId === undefined || one.endpointId === filter.endpointId) &&
          (filter.eventId === undefined || one.eventId === filter.eventId) &&
          (filter.subjectId === undefined || one.subjectId === filter.subjectId) &&
          (filter.status === undefined || one.status === filter.status) &&
          (page.before === undefined || one.id < page.before),
      )
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, page.limit);
  }

  async attempt(accountId: string, attemptId: string): Promise<Attempt | undefined> {
    const found = this.#attempts.get(attemptId);
    return found?.accountId === accountId ? found : undefined;
  }

  async removeBefore(before: number): Promise<number> {
    let removed = 0;
    for (const one of this.#attempts.values()) if (one.attemptedAt < before && this.#attempts.delete(one.id)) removed++;
    for (const one of this.#deliveries.values()) {
      if (one.status !== 'pending' && one.createdAt < before && this.#deliveries.delete(one.id)) removed++;
    }
    return removed;
  }

  #pending(wanted: (delivery: Delivery) => boolean): Delivery[] {
    return [...this.#deliveries.values()].filter((one) => one.status === 'pending' && wanted(one));
  }
}
