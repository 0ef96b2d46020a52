import type { StoredEvent } from '../webhooks/stored-event.js';
import type { EventFilter, EventStore } from './event-store.js';

/** Keeps events in this process's memory. For tests and the simulation. */
export class MemoryEventStore implements EventStore {
  readonly #events = new Map<string, StoredEvent>();

  async insertMany(events: readonly StoredEvent[]): Promise<void> {
    for (const event of events) if (!this.#events.has(event.id)) this.#events.set(event.id, structuredClone(event));
  }

  async get(accountId: string, eventId: string): Promise<StoredEvent | undefined> {
    const event = this.#events.get(eventId);
    return event?.accountId === accountId ? structuredClone(event) : undefined;
  }

  async getMany(eventIds: readonly string[]): Promise<readonly StoredEvent[]> {
    return eventIds.flatMap((id) => structuredClone(this.#events.get(id)) ?? []);
  }

  async list(accountId: string, filter: EventFilter, page: { limit: number; before?: string | undefined }) {
    const found = this.#sorted(accountId, filter).reverse();
    if (filter.subjectId === undefined) {
      return found.filter(({ id }) => page.before === undefined || id < page.before).slice(0, page.limit);
    }
    const last = page.before === undefined ? Infinity : (this.#events.get(page.before)?.sequence ?? 0);
    return found
      .sort((a, b) => (b.sequence ?? 0) - (a.sequence ?? 0))
      .filter(({ sequence }) => (sequence ?? 0) < last)
      .slice(0, page.limit);
  }

  async listForward(accountId: string, filter: EventFilter, page: { limit: number; after?: string | undefined }) {
    return this.#sorted(accountId, filter)
      .filter((event) => page.after === undefined || event.id > page.after)
      .slice(0, page.limit);
  }

  async removeBefore(timestamp: string): Promise<number> {
    let removed = 0;
    for (const event of this.#events.values()) {
      if (event.timestamp < timestamp && this.#events.delete(event.id)) removed++;
    }
    return removed;
  }

  #sorted(accountId: string, filter: EventFilter): StoredEvent[] {
    return [...this.#events.values()]
      .filter((event) => event.accountId === accountId && matches(event, filter))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((event) => structuredClone(event));
  }
}

function matches(event: StoredEvent, { types, subjectId, from, to }: EventFilter): boolean {
  return (
    (!types || types.includes(event.type)) &&
    (subjectId === undefined || event.subjectId === subjectId) &&
    (from === undefined || event.timestamp >= from) &&
    (to === undefined || event.timestamp <= to)
  );
}
