import type { Connection, Model, mongo } from 'mongoose';
import { Schema } from 'mongoose';
import { duplicateKey } from '../../store/mongo-faults.js';
import { type HourSum, hourOf, nodeCounts, sumsOf } from './add-up.js';
import type { FlowCount, FlowCounts, FlowCountsQuery, NodeCount } from './flow-counts.js';

/** How a sum stands in the database: its key is its id, so that adding to it is one atomic step. */
type SumDocument = HourSum & { readonly _id: string; readonly expiresAt: Date };

const schema = new Schema<SumDocument>(
  { _id: String, accountId: String, flowId: String, hour: Number, expiresAt: Date },
  { collection: 'flow_counts', versionKey: false, autoIndex: false, autoCreate: false, strict: false },
);
schema.index({ accountId: 1, flowId: 1, hour: 1 });
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** Counts are kept for reports of last year's months. */
const keptMs = 800 * 86_400_000;

/** Counts in MongoDB, a document for each hour, node and exit. */
export class MongoFlowCounts implements FlowCounts {
  readonly #model: Model<SumDocument>;

  constructor(connection: Connection) {
    this.#model = connection.model<SumDocument>('FlowCount', schema);
  }

  /** Makes the indexes. Once, at start-up. */
  async prepare(): Promise<void> {
    await this.#model.createIndexes();
  }

  async add(counts: readonly FlowCount[]): Promise<void> {
    const sums = [...sumsOf(counts)];
    if (sums.length === 0) return;
    try {
      await this.#write(sums);
    } catch (error) {
      // Two processes made the same sum at once: the loser's is there now, and is added to.
      const failed = lostRaces(error, sums);
      if (!failed) throw error;
      await this.#write(failed);
    }
  }

  async read({ accountId, flowId, version, from, to }: FlowCountsQuery): Promise<readonly NodeCount[]> {
    const found = await this.#sums
      .find({
        accountId,
        flowId,
        hour: { $gte: hourOf(from), $lt: to },
        ...(version === undefined ? {} : { version }),
      })
      .toArray();
    return nodeCounts(found);
  }

  async forget(accountId: string, flowId: string): Promise<void> {
    await this.#sums.deleteMany({ accountId, flowId });
  }

  async #write(sums: readonly (readonly [string, HourSum])[]): Promise<void> {
    await this.#sums.bulkWrite(
      sums.map(([key, { times, ...what }]) => ({
        updateOne: {
          filter: { _id: key },
          update: { $inc: { times }, $setOnInsert: { ...what, expiresAt: new Date(what.hour + keptMs) } as never },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  get #sums(): mongo.Collection<SumDocument> {
    return this.#model.collection as unknown as mongo.Collection<SumDocument>;
  }
}

/** The sums of a bulk that failed for nothing but a duplicate key; undefined where something else failed. */
function lostRaces<T>(error: unknown, sums: readonly T[]): readonly T[] | undefined {
  const { writeErrors } = error as { writeErrors?: unknown };
  const all = (Array.isArray(writeErrors) ? writeErrors : [writeErrors]) as { code?: number; index?: number }[];
  if (!all.every((each) => each?.code === duplicateKey && each.index !== undefined)) return undefined;
  return all.map(({ index }) => sums[index!]!);
}
