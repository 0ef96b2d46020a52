import type { Connection, Model, mongo } from 'mongoose';
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
import { type CallDocument, callSchema, toCall, toDocument, toEventDocument } from './mongo-call-document.js';
import { MongoCallInserts } from './mongo-call-inserts.js';
import { MongoCallUpdates } from './mongo-call-updates.js';

/** More rounds than any contention that is not a fault can need. */
const maxRounds = 100;

/**
 * Keeps calls in MongoDB: one document each, every change one update that holds only for the revision it was decided on. It writes through the driver's
 * own collection, since hydrating and casting a mongoose document costs as much as everything else a call does.
 */
export class MongoCallStore implements CallStore {
  readonly #settings: CallStoreSettings;
  readonly #model: Model<CallDocument>;
  readonly #inserts: MongoCallInserts;
  readonly #updates: MongoCallUpdates;

  constructor(connection: Connection, settings: CallStoreSettings) {
    this.#settings = settings;
    this.#model = connection.model<CallDocument>('Call', callSchema);
    this.#inserts = new MongoCallInserts(this.#calls, connection);
    this.#updates = new MongoCallUpdates(this.#calls, connection);
  }

  /** Makes the indexes. Once, at start-up. */
  async prepare(): Promise<void> {
    await this.#model.createIndexes();
  }

  async insert(call: NewCall, events: readonly NewCallEvent[]): Promise<Call> {
    const stored = firstState(call, events, this.#stamp());
    await this.#inserts.insert(toDocument(stored));
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
    await Promise.all(
      relayed.map(({ callId, sequence }) =>
        this.#updates.carryOut({
          filter: { _id: callId },
          update: { $pull: { pendingEvents: { sequence: { $lte: sequence } } } },
        }),
      ),
    );
  }

  /** Whether the document was still at the revision that the change was decided on. */
  async #write(before: Call, after: Call, change: CallChange, events: readonly CallEvent[]): Promise<boolean> {
    const { tags, ...set } = change.set ?? {};
    return this.#updates.carryOut({
      filter: { _id: before.id, revision: before.revision },
      update: {
        $set: {
          ...set,
          ...(tags === undefined ? {} : { tags: Object.entries(tags) }),
          sequence: after.sequence,
          revision: after.revision,
        },
        ...(events.length === 0 ? {} : { $push: { pendingEvents: { $each: events.map(toEventDocument) } } }),
        ...(isFinal(after.status) && !isFinal(before.status) ? { $unset: { liveOn: '' as const } } : {}),
      },
      eventId: events[0]?.id,
    });
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
