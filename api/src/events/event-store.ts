import type { PublicEventType } from '../webhooks/public-event.js';
import type { StoredEvent } from '../webhooks/stored-event.js';

/**
 * Where events are kept after they left the document they were written with. It refuses to know who wants them.
 *
 * What must hold: an event is stored once, however often it is inserted; what is stored never changes; lists are newest first and stable under inserts.
 */
export interface EventStore {
  /** Stores those that are not there yet. */
  insertMany(events: readonly StoredEvent[]): Promise<void>;
  /** The account's event, or undefined (also when it is another account's). */
  get(accountId: string, eventId: string): Promise<StoredEvent | undefined>;
  /** Events of any account, those that exist, in no order. For the delivery. */
  getMany(eventIds: readonly string[]): Promise<readonly StoredEvent[]>;
  /** Newest first (those about one subject by sequence, the last first), those before the event id `before`. */
  list(
    accountId: string,
    filter: EventFilter,
    page: { limit: number; before?: string | undefined },
  ): Promise<readonly StoredEvent[]>;
  /** Oldest first, those after the event id `after`. For redelivery. */
  listForward(
    accountId: string,
    filter: EventFilter,
    page: { limit: number; after?: string | undefined },
  ): Promise<readonly StoredEvent[]>;
  /** Removes events older than that time (RFC 3339). Resolves to how many. */
  removeBefore(timestamp: string): Promise<number>;
}

export interface EventFilter {
  readonly types?: readonly PublicEventType[] | undefined;
  /** About that call, contact or agent. */
  readonly subjectId?: string | undefined;
  /** RFC 3339, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
