import type { Connection, Model, mongo } from 'mongoose';
import { Schema } from 'mongoose';
import type { TimelineEntry, TimelineStore } from '../call-timeline.js';

/** How an entry stands in the database. The detail is JSON text, since its names may be anything. */
interface TimelineDocument {
  readonly _id: string;
  readonly accountId: string;
  readonly callId: string;
  readonly entryId: string;
  readonly at: number;
  readonly kind: TimelineEntry['kind'];
  readonly summary: string;
  readonly detail?: string;
  readonly expiresAt: Date;
}

const schema = new Schema<TimelineDocument>(
  { _id: String, accountId: String, callId: String, entryId: String, expiresAt: Date },
  { collection: 'call_timeline', versionKey: false, autoIndex: false, autoCreate: false, strict: false },
);
schema.index({ accountId: 1, callId: 1, entryId: 1 });
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** Keeps timelines in MongoDB, for as long as the retention says. */
export class MongoTimelineStore implements TimelineStore {
  readonly #model: Model<TimelineDocument>;
  readonly #retentionMs: number;

  constructor(connection: Connection, settings: { retentionDays: number }) {
    this.#model = connection.model<TimelineDocument>('CallTimeline', schema);
    this.#retentionMs = settings.retentionDays * 86_400_000;
  }

  /** Makes the indexes. Once, at start-up. */
  async prepare(): Promise<void> {
    await this.#model.createIndexes();
  }

  async append(entries: readonly TimelineEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const documents = entries.map(
      ({ id, detail, ...entry }): TimelineDocument => ({
        _id: `${entry.callId}.${id}`,
        entryId: id,
        ...entry,
        ...(detail === undefined ? {} : { detail: JSON.stringify(detail) }),
        expiresAt: new Date(entry.at + this.#retentionMs),
      }),
    );
    await this.#entries.insertMany(documents, { ordered: false }).catch((error: unknown) => {
      // A batch that is written again after a lost answer.
      if ((error as { code?: unknown }).code !== 11000) throw error;
    });
  }

  async list(
    accountId: string,
    callId: string,
    { limit, after }: { limit: number; after?: string | undefined },
  ): Promise<readonly TimelineEntry[]> {
    const found = await this.#entries
      .find({ accountId, callId, ...(after === undefined ? {} : { entryId: { $gt: after } }) })
      .sort({ entryId: 1 })
      .limit(limit)
      .toArray();
    return found.map(({ _id: _, entryId, expiresAt: __, detail, ...entry }) => ({
      id: entryId,
      ...entry,
      ...(detail === undefined ? {} : { detail: JSON.parse(detail) as Record<string, unknown> }),
    }));
  }

  get #entries(): mongo.Collection<TimelineDocument> {
    return this.#model.collection as unknown as mongo.Collection<TimelineDocument>;
  }
}
