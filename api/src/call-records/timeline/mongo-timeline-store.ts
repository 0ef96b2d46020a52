import { type Connection, type Model, type mongo, Schema } from 'mongoose';
import { insertMany } from '../../store/mongo-insert-many.js';
import type { TimelineEntry, TimelineStore } from './call-timeline.js';

/** How entries of one call that were written together stand in the database. */
interface TimelineDocument {
  readonly _id: string;
  readonly accountId: string;
  readonly callId: string;
  readonly firstId: string;
  /** The id of the last of them. */
  readonly entryId: string;
  /** The entries as one JSON text: a document for each was most of what a timeline cost. */
  readonly entries: string;
  readonly expiresAt: Date;
}

/** How an entry stood there in version 0.1. */
type OldDocument = Omit<TimelineEntry, 'id' | 'detail'> & { readonly entryId: string; readonly detail?: string };

const schema = new Schema<TimelineDocument>(
  { _id: String, accountId: String, callId: String, entryId: String, expiresAt: Date },
  { collection: 'call_timeline', versionKey: false, autoIndex: false, autoCreate: false, strict: false },
);
schema.index({ accountId: 1, callId: 1, entryId: 1 });
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** A document takes no more than so many characters, but for a single entry that has more: MongoDB's are at most 16 MB. */
const mostCharacters = 1_000_000;

/** Keeps timelines in MongoDB, for as long as the retention says. */
export class MongoTimelineStore implements TimelineStore {
  readonly #connection: Connection;
  readonly #model: Model<TimelineDocument>;
  readonly #retentionMs: number;

  constructor(connection: Connection, settings: { retentionDays: number }) {
    this.#connection = connection;
    this.#model = connection.model<TimelineDocument>('CallTimeline', schema);
    this.#retentionMs = settings.retentionDays * 86_400_000;
  }

  /** Makes the indexes. Once, at start-up. */
  async prepare(): Promise<void> {
    await this.#model.createIndexes();
  }

  async append(entries: readonly TimelineEntry[]): Promise<void> {
    const byCall = new Map<string, TimelineEntry[]>();
    for (const entry of entries) {
      const ofCall = byCall.get(entry.callId);
      if (ofCall) ofCall.push(entry);
      else byCall.set(entry.callId, [entry]);
    }
    const documents = [...byCall.values()].flatMap((ofCall) => this.#documents(ofCall));
    // A batch that is written again after a lost answer is there already.
    await insertMany(this.#connection, schema.get('collection')!, documents);
  }

  async list(
    accountId: string,
    callId: string,
    { limit, after = '' }: { limit: number; after?: string | undefined },
  ): Promise<readonly TimelineEntry[]> {
    const found = await this.#find({ accountId, callId, entryId: { $gt: after } }, limit);
    const last = found.at(-1)?.entryId;
    // These hold the page, unless a document that ends later begins before its end.
    const across = found.length < limit ? [] : await this.#find({ accountId, callId, ...spanning(last!) });
    const entries = new Map([...found, ...across].flatMap(entriesOf).map((entry) => [entry.id, entry]));
    return [...entries.values()]
      .filter(({ id }) => id > after)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }

  #find(query: mongo.Filter<TimelineDocument>, limit = 0): Promise<(TimelineDocument | OldDocument)[]> {
    const documents = this.#model.collection as unknown as mongo.Collection<TimelineDocument>;
    return documents.find(query).sort({ entryId: 1 }).limit(limit).toArray();
  }

  /** Documents of entries of one call. */
  #documents(entries: readonly TimelineEntry[]): TimelineDocument[] {
    const documents: TimelineDocument[] = [];
    let from = 0;
    let characters = 0;
    const texts = entries
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map((entry) => ({ entry, text: JSON.stringify({ ...entry, accountId: undefined, callId: undefined }) }));
    const close = (end: number) => {
      const part = texts.slice(from, end);
      const { id: firstId, accountId, callId } = part[0]!.entry;
      const { id: entryId, at } = part.at(-1)!.entry;
      documents.push({
        _id: `${callId}.${firstId}.${part.length}`,
        accountId,
        callId,
        firstId,
        entryId,
        entries: `[${part.map(({ text }) => text).join()}]`,
        expiresAt: new Date(at + this.#retentionMs),
      });
      from = end;
      characters = 0;
    };
    for (const [index, { text }] of texts.entries()) {
      if (index > from && characters + text.length > mostCharacters) close(index);
      characters += text.length;
    }
    close(texts.length);
    return documents;
  }
}

/** Documents that begin before that entry and end after it. */
function spanning(entryId: string) {
  return { entryId: { $gt: entryId }, firstId: { $lt: entryId } };
}

function entriesOf(document: TimelineDocument | OldDocument): readonly TimelineEntry[] {
  const { accountId, callId } = document;
  if ('entries' in document) {
    const entries = JSON.parse(document.entries) as Omit<TimelineEntry, 'accountId' | 'callId'>[];
    return entries.map((entry) => ({ ...entry, accountId, callId }));
  }
  const { entryId, at, kind, summary, detail } = document;
  const entry = { id: entryId, accountId, callId, at, kind, summary };
  return [detail === undefined ? entry : { ...entry, detail: JSON.parse(detail) as Record<string, unknown> }];
}
