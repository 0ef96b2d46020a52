import type { Connection, Model, mongo } from 'mongoose';
import { Schema } from 'mongoose';
import {
  applyCallChange,
  checkOutbox,
  defaultMaxPendingEvents,
  firstState,
  outboxIsFull,
} from './apply-call-change.js';
import type { Call } from './call.js';
import type { CallEvent, NewCallEvent } from './call-events.js';
import { isFinal } from './call-state.js';
import { type CallChange, CallContendedError, type CallFilter, type CallStore, type NewCall } from './call-store.js';
import type { CallStoreSettings } from './memory-call-store.js';

/** How a call stands in the database. */
type CallDocument = Omit<Call, 'id' | 'tags'> & {
  readonly _id: string;
  /** Pairs, since names may hold dots and dollar signs. */
  readonly tags: readonly (readonly [name: string, value: string])[];
  /** The owner, for as long as the call is not over. */
  readonly liveOn?: string;
  readonly schemaVersion: 1;
};

const schema = new Schema<CallDocument>(
  { _id: String, accountId: String, contactId: String, parentCallId: String, liveOn: String },
  { collection: 'calls', versionKey: false, autoIndex: false, autoCreate: false, strict: false },
);
// MongoDB finds a guarded update by `_id` alone; the stand-in server only by a unique index over exactly the members asked for.
schema.index({ _id: 1, revision: 1 }, { unique: true });
schema.index({ accountId: 1, _id: -1 });
schema.index({ accountId: 1, contactId: 1, _id: -1 });
schema.index({ parentCallId: 1 }, { sparse: true });
schema.index({ liveOn: 1 }, { sparse: true });
schema.index({ 'pendingEvents.sequence': 1 }, { sparse: true });

/** More rounds than any contention that is not a fault can need. */
const maxRounds = 100;

/**
 * Keeps calls in MongoDB: one document each, every change one update that holds only for the revision it was decided on. It writes through the driver's
 * own collection, since hydrating and casting a mongoose document costs as much as everything else a call does.
 */
export class MongoCallStore implements CallStore {
  readonly #settings: CallStoreSettings;
  readonly #model: Model<CallDocument>;

  constructor(connection: Connection, settings: CallStoreSettings) {
    this.#settings = settings;
    this.#model = connection.model<CallDocument>('Call', schema);
  }

  /** Makes the indexes. Once, at start-up. */
  async prepare(): Promise<void> {
    await this.#model.createIndexes();
  }

  async insert(call: NewCall, events: readonly NewCallEvent[]): Promise<Call> {
    const stored = firstState(call, events, this.#stamp());
    await this.#calls.insertOne(toDocument(stored), { ignoreUndefined: true });
    this.#tell(stored, stored.pendingEvents);
    return stored;
  }

  async get(accountId: string, callId: string): Promise<Call | undefined> {
    const call = await this.find(callId);
    return call?.accountId === accountId ? call : undefined;
  }

  async find(callId: string): Promise<Call | undefined> {
    const document = await this.#calls.findOne({ _id: callId });
    return document ? toCall(document) : undefined;
  }

  async findMany(callIds: readonly string[]): Promise<readonly Call[]> {
    return (await this.#calls.find({ _id: { $in: [...callIds] } }).toArray()).map(toCall);
  }

  async change(
    callId: string,
    decide: (call: Call) => CallChange | undefined,
    known?: Call,
  ): Promise<Call | undefined> {
    const max = this.#settings.maxPendingEvents ?? defaultMaxPendingEvents;
    let current = known ?? (await this.find(callId));
    let fresh = known === undefined;
    for (let round = 0; round < maxRounds; round++) {
      if (!current) return undefined;
      const change = decide(current);
      // Our copy's outbox may have been emptied since.
      if (!fresh && change && outboxIsFull(current, change, max)) {
        current = await this.find(callId);
        fresh = true;
        continue;
      }
      if (!change) return current;
      checkOutbox(current, change, max);
      const next = applyCallChange(current, change, this.#stamp());
      if (await this.#write(current, next.call, change, next.events)) {
        this.#tell(next.call, next.events);
        return next.call;
      }
      current = await this.find(callId);
      fresh = true;
    }
    throw new CallContendedError(callId);
  }

  async list(
    accountId: string,
    filter: CallFilter,
    { limit, before }: { limit: number; before?: string | undefined },
  ): Promise<readonly Call[]> {
    const { createdFrom, createdTo, ...equal } = filter;
    const found = await this.#calls
      .find({
        accountId,
        ...Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)),
        ...(before === undefined ? {} : { _id: { $lt: before } }),
        ...(createdFrom === undefined && createdTo === undefined
          ? {}
          : {
              createdAt: {
                ...(createdFrom === undefined ? {} : { $gte: createdFrom }),
                ...(createdTo === undefined ? {} : { $lt: createdTo }),
              },
            }),
      })
      .sort({ _id: -1 })
      .limit(limit)
      .toArray();
    return found.map(toCall);
  }

  async liveOnNode(nodeId: string): Promise<readonly Call[]> {
    return (await this.#calls.find({ liveOn: nodeId }).toArray()).map(toCall);
  }

  async nodesWithLiveCalls(): Promise<readonly string[]> {
    const nodes = await this.#calls.distinct('liveOn', { liveOn: { $exists: true } });
    return nodes.filter((node) => node !== undefined);
  }

  async withPendingEvents(limit: number): Promise<readonly { callId: string }[]> {
    const found = await this.#calls
      .find({ 'pendingEvents.sequence': { $gt: 0 } }, { projection: { _id: 1 } })
      .limit(limit)
      .toArray();
    return found.map((document) => ({ callId: document._id }));
  }

  async removePendingEvents(callId: string, sequence: number): Promise<void> {
    await this.#calls.updateOne({ _id: callId }, { $pull: { pendingEvents: { sequence: { $lte: sequence } } } });
  }

  async removePendingEventsOf(relayed: readonly { callId: string; sequence: number }[]): Promise<void> {
    if (relayed.length === 0) return;
    await this.#calls.bulkWrite(
      relayed.map(({ callId, sequence }) => ({
        updateOne: { filter: { _id: callId }, update: { $pull: { pendingEvents: { sequence: { $lte: sequence } } } } },
      })),
      { ordered: false },
    );
  }

  /** Whether the document was still at the revision that the change was decided on. */
  async #write(before: Call, after: Call, change: CallChange, events: readonly CallEvent[]): Promise<boolean> {
    const { tags, ...set } = change.set ?? {};
    const result = await this.#calls.updateOne(
      { _id: before.id, revision: before.revision },
      {
        $set: {
          ...set,
          ...(tags === undefined ? {} : { tags: Object.entries(tags) }),
          sequence: after.sequence,
          revision: after.revision,
        },
        ...(events.length === 0 ? {} : { $push: { pendingEvents: { $each: [...events] } } }),
        ...(isFinal(after.status) && !isFinal(before.status) ? { $unset: { liveOn: '' as const } } : {}),
      },
      { ignoreUndefined: true },
    );
    return result.matchedCount === 1;
  }

  get #calls(): mongo.Collection<CallDocument> {
    return this.#model.collection as unknown as mongo.Collection<CallDocument>;
  }

  #tell(call: Call, events: readonly CallEvent[]): void {
    if (events.length > 0) this.#settings.onCallEvents?.(call.id, events, call);
  }

  #stamp() {
    return { newId: this.#settings.newId, now: this.#settings.clock.now() };
  }
}

function toDocument(call: Call): CallDocument {
  const { id, tags, ...rest } = call;
  return {
    _id: id,
    ...rest,
    tags: Object.entries(tags),
    ...(isFinal(call.status) ? {} : { liveOn: call.nodeId }),
    schemaVersion: 1,
  };
}

function toCall(document: CallDocument): Call {
  const { _id, tags, liveOn: _, schemaVersion: __, ...rest } = document;
  return { id: _id, ...rest, tags: Object.fromEntries(tags) };
}
