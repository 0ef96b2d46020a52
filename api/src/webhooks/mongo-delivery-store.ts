import type { Collection, Connection } from 'mongoose';
import { duplicateKey } from '../store/mongo-faults.js';
import type { Attempt, Delivery, Settlement } from './delivery.js';
import type { AttemptFilter, DeliveryStore, DueLane, Untried } from './delivery-store.js';

/** A delivery; with its successful attempt in it, so that the usual delivery costs one insert and one update. */
type DeliveryDocument = Omit<Delivery, 'id'> & { readonly _id: string; readonly success?: Attempt };
type AttemptDocument = Omit<Attempt, 'id'> & { readonly _id: string };

/** Keeps deliveries in the collection `deliveries`, each with its successful attempt, and the other attempts in `deliveryAttempts`. */
export class MongoDeliveryStore implements DeliveryStore {
  readonly #deliveries: Collection<DeliveryDocument>;
  readonly #attempts: Collection<AttemptDocument>;

  constructor(connection: Connection) {
    this.#deliveries = connection.collection<DeliveryDocument>('deliveries');
    this.#attempts = connection.collection<AttemptDocument>('deliveryAttempts');
  }

  /** Makes the indexes. Harmless when they exist. */
  async prepare(): Promise<void> {
    // MongoDB finds a settled delivery by `_id` alone; the stand-in server only by a unique index over exactly the members asked for.
    await this.#deliveries.createIndex({ _id: 1, claim: 1 }, { unique: true });
    await this.#deliveries.createIndex({ lane: 1, status: 1, nextAttemptAt: 1 });
    await this.#deliveries.createIndex({ status: 1, nextAttemptAt: 1 });
    await this.#deliveries.createIndex({ subjectId: 1 });
    await this.#deliveries.createIndex({ accountId: 1, endpointId: 1, 'success.id': -1 });
    await this.#attempts.createIndex({ accountId: 1, endpointId: 1, _id: -1 });
    await this.#attempts.createIndex({ eventId: 1 });
    await this.#attempts.createIndex({ attemptedAt: 1 });
  }

  async insertNew(deliveries: readonly Delivery[]): Promise<ReadonlySet<string>> {
    if (deliveries.length === 0) return new Set();
    try {
      await this.#deliveries.insertMany(deliveries.map(toDocument), { ordered: false });
      return new Set(deliveries.map(({ id }) => id));
    } catch (error) {
      const failed = failedInserts(error);
      if (!failed) throw error;
      return new Set(deliveries.filter((_, index) => !failed.has(index)).map(({ id }) => id));
    }
  }

  async due(lane: string, now: number, limit: number): Promise<readonly Delivery[]> {
    const found = this.#deliveries
      .find({ lane, status: 'pending', nextAttemptAt: { $lte: now } })
      .sort({ nextAttemptAt: 1, sequence: 1 })
      .limit(limit);
    return (await found.toArray()).map(fromDocument);
  }

  async untried(subjectIds: readonly string[], lane?: string): Promise<readonly Untried[]> {
    const found = await this.#deliveries
      .find({
        subjectId: { $in: [...subjectIds] },
        attempts: 0,
        status: 'pending',
        ...(lane === undefined ? {} : { lane }),
      })
      .project<{ _id: string; lane: string; subjectId: string; sequence: number }>({
        lane: 1,
        subjectId: 1,
        sequence: 1,
      })
      .toArray();
    return found.map(({ _id, lane, subjectId, sequence }) => ({ id: _id, lane, subjectId, sequence }));
  }

  async claim(ids: readonly string[], claim: string, now: number, leaseUntil: number): Promise<readonly Delivery[]> {
    if (ids.length === 0) return [];
    const _id = { $in: [...ids] };
    await this.#deliveries.updateMany(
      { _id, status: 'pending', nextAttemptAt: { $lte: now } },
      { $set: { claim, nextAttemptAt: leaseUntil } },
    );
    return (await this.#deliveries.find({ _id, claim, status: 'pending' }).toArray()).map(fromDocument);
  }

  async release(ids: readonly string[], claim: string, at: number): Promise<void> {
    if (ids.length === 0) return;
    await this.#deliveries.updateMany(
      { _id: { $in: [...ids] }, claim, status: 'pending' },
      { $set: { nextAttemptAt: at }, $unset: { claim: '' } },
    );
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    if (settlements.length === 0) return;
    const updates = settlements.map(({ deliveryId, claim, status, attempts, nextAttemptAt, attempt }) => ({
      updateOne: {
        filter: { _id: deliveryId, claim },
        update: {
          $set: { status, attempts, nextAttemptAt, ...(attempt.status === 'succeeded' ? { success: attempt } : {}) },
          $unset: { claim: '' as const },
        },
      },
    }));
    const { matchedCount } = await this.#deliveries.bulkWrite(updates, { ordered: false });
    const attempts = settlements.map(({ attempt }) => attempt);
    // Where a claim was lost, or this is a second try, nobody knows which: then all are kept apart.
    const lost = matchedCount < settlements.length;
    await this.#keepApart(lost ? attempts : attempts.filter(({ status }) => status !== 'succeeded'));
  }

  async #keepApart(attempts: readonly Attempt[]): Promise<void> {
    if (attempts.length === 0) return;
    try {
      await this.#attempts.insertMany(
        attempts.map(({ id, ...rest }) => ({ _id: id, ...rest })),
        { ordered: false },
      );
    } catch (error) {
      if (!failedInserts(error)) throw error;
    }
  }

  async restart(deliveries: readonly Delivery[], now: number): Promise<void> {
    if (deliveries.length === 0) return;
    const ids = deliveries.map(({ id }) => id);
    const delivered = await this.#deliveries.find({ _id: { $in: ids }, 'success.id': { $exists: true } }).toArray();
    await this.#keepApart(delivered.flatMap(({ success }) => success ?? []));
    await this.#deliveries.bulkWrite(
      deliveries.map((delivery) => {
        const { _id, claim: _, ...rest } = toDocument(delivery);
        return {
          updateOne: {
            filter: { _id },
            update: {
              $set: { ...rest, status: 'pending' as const, attempts: 0, nextAttemptAt: now },
              $unset: { claim: '' as const, success: '' as const },
            },
            upsert: true,
          },
        };
      }),
      { ordered: false },
    );
  }

  async getMany(ids: readonly string[]): Promise<readonly Delivery[]> {
    return (await this.#deliveries.find({ _id: { $in: [...ids] } }).toArray()).map(fromDocument);
  }

  async abandon(lane: string): Promise<void> {
    await this.#deliveries.updateMany(
      { lane, status: 'pending' },
      { $set: { status: 'given-up' }, $unset: { claim: '' } },
    );
  }

  async dueLanes(dueBefore: number, limit: number): Promise<readonly DueLane[]> {
    const found = await this.#deliveries
      .aggregate<{ _id: string; accountId: string }>([
        { $match: { status: 'pending', nextAttemptAt: { $lte: dueBefore } } },
        { $group: { _id: '$lane', accountId: { $first: '$accountId' } } },
        { $limit: limit },
      ])
      .toArray();
    return found.map(({ _id, accountId }) => ({ lane: _id, accountId }));
  }

  async attempts(accountId: string, filter: AttemptFilter, page: { limit: number; before?: string | undefined }) {
    const { status, ...rest } = filter;
    const wanted = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const query = { accountId, ...wanted };
    const apart = this.#attempts
      .find({
        ...query,
        ...(status ? { status } : {}),
        ...(page.before === undefined ? {} : { _id: { $lt: page.before } }),
      })
      .sort({ _id: -1 })
      .limit(page.limit);
    const inside = this.#deliveries
      .find({ ...query, 'success.id': page.before === undefined ? { $exists: true } : { $lt: page.before } })
      .sort({ 'success.id': -1 })
      .limit(page.limit);
    const [others, successes] = await Promise.all([apart.toArray(), status === 'failed' ? [] : inside.toArray()]);
    const found = new Map<string, Attempt>();
    for (const { _id, ...attempt } of others) found.set(_id, { id: _id, ...attempt });
    for (const { success } of successes) if (success) found.set(success.id, success);
    return [...found.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, page.limit);
  }

  async attempt(accountId: string, attemptId: string): Promise<Attempt | undefined> {
    const found = await this.#attempts.findOne({ _id: attemptId });
    if (found?.accountId !== accountId)
      return (await this.#deliveries.findOne({ accountId, 'success.id': attemptId }))?.success;
    const { _id, ...rest } = found;
    return { id: _id, ...rest };
  }

  async removeBefore(before: number): Promise<number> {
    const attempts = await this.#attempts.deleteMany({ attemptedAt: { $lt: before } });
    const settled = await this.#deliveries.deleteMany({ createdAt: { $lt: before }, status: { $ne: 'pending' } });
    return attempts.deletedCount + settled.deletedCount;
  }
}

/** Which inserts of a batch met a document that was there already; undefined where something else went wrong. */
function failedInserts(error: unknown): Set<number> | undefined {
  const { writeErrors } = error as { writeErrors?: WriteError | WriteError[] };
  const errors = writeErrors === undefined ? [] : [writeErrors].flat();
  if (errors.length === 0 || errors.some((one) => one.code !== duplicateKey)) return undefined;
  return new Set(errors.map((one) => one.index));
}

interface WriteError {
  readonly code: number;
  readonly index: number;
}

function toDocument({ id, ...rest }: Delivery): DeliveryDocument {
  return { _id: id, ...rest };
}

function fromDocument({ _id, success: _, ...rest }: DeliveryDocument): Delivery {
  return { id: _id, ...rest };
}
