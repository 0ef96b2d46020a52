import type { Collection, Connection } from 'mongoose';
import { insertMany } from '../store/mongo-insert-many.js';
import type { StoredEvent } from '../webhooks/stored-event.js';
import type { EventFilter, EventStore } from './event-store.js';

type Document = Omit<StoredEvent, 'id'> & { readonly _id: string };

/** Keeps events in the collection `events`. */
export class MongoEventStore implements EventStore {
  readonly #connection: Connection;
  readonly #events: Collection<Document>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#events = connection.collection<Document>('events');
  }

  /** Makes the indexes. Harmless when they exist. */
  async prepare(): Promise<void> {
    await this.#events.createIndex({ accountId: 1, _id: -1 });
    await this.#events.createIndex({ subjectId: 1, sequence: -1 });
    await this.#events.createIndex({ timestamp: 1 });
  }

  async insertMany(events: readonly StoredEvent[]): Promise<void> {
    await insertMany(this.#connection, 'events', events.map(toDocument));
  }

  async get(accountId: string, eventId: string): Promise<StoredEvent | undefined> {
    // By `_id` alone, which every server finds at once; the stand-in server scans for the pair.
    const found = await this.#events.findOne({ _id: eventId });
    return found?.accountId === accountId ? fromDocument(found) : undefined;
  }

  async getMany(eventIds: readonly string[]): Promise<readonly StoredEvent[]> {
    return (await this.#events.find({ _id: { $in: [...eventIds] } }).toArray()).map(fromDocument);
  }

  async list(accountId: string, filter: EventFilter, page: { limit: number; before?: string | undefined }) {
    const query = where(accountId, filter);
    if (filter.subjectId === undefined) {
      const before = page.before === undefined ? {} : { _id: { $lt: page.before } };
      return this.#find({ ...query, ...before }, { _id: -1 }, page.limit);
    }
    const last = page.before === undefined ? undefined : await this.get(accountId, page.before);
    const before = page.before === undefined ? {} : { sequence: { $lt: last?.sequence ?? 0 } };
    return this.#find({ ...query, ...before }, { sequence: -1 }, page.limit);
  }

  async listForward(accountId: string, filter: EventFilter, page: { limit: number; after?: string | undefined }) {
    const after = page.after === undefined ? {} : { _id: { $gt: page.after } };
    return this.#find({ ...where(accountId, filter), ...after }, { _id: 1 }, page.limit);
  }

  async removeBefore(timestamp: string): Promise<number> {
    return (await this.#events.deleteMany({ timestamp: { $lt: timestamp } })).deletedCount;
  }

  async #find(
    query: Record<string, unknown>,
    order: Record<string, 1 | -1>,
    limit: number,
  ): Promise<readonly StoredEvent[]> {
    return (await this.#events.find(query).sort(order).limit(limit).toArray()).map(fromDocument);
  }
}

function where(accountId: string, { types, subjectId, from, to }: EventFilter): Record<string, unknown> {
  return {
    accountId,
    ...(subjectId === undefined ? {} : { subjectId }),
    ...(types ? { type: { $in: [...types] } } : {}),
    ...(from === undefined && to === undefined
      ? {}
      : { timestamp: { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lte: to }) } }),
  };
}

function toDocument({ id, ...rest }: StoredEvent): Document {
  return { _id: id, ...rest };
}

function fromDocument({ _id, ...rest }: Document): StoredEvent {
  return { id: _id, ...rest };
}
