import type { Connection, Model, mongo } from 'mongoose';
import { Schema } from 'mongoose';
import { cursorAfter, idFromCursor } from './cursor.js';
import { duplicateKey } from './mongo-faults.js';
import { insertMany } from './mongo-insert-many.js';
import {
  type CollectionDefinition,
  DuplicateRecordError,
  type Filter,
  type ListQuery,
  type Page,
  StaleRecordError,
  type TenantCollection,
  type TenantRecord,
} from './tenant-collection.js';
import { uniqueKey } from './unique-key.js';

/** How a record stands in the database: its id is `_id`, and each unique rule has a text field `u_<rule>` of its own. */
type Document = mongo.Document & { readonly _id: string };

/**
 * Keeps records in MongoDB, one document each, through the driver's own collection. It asks for no transactions, partial indexes or pipeline updates, so it is right on
 * every MongoDB. Where only unique indexes are quick, `findOne` by a unique rule's fields still is. A record's field names hold no dots or dollar signs.
 */
export class MongoTenantCollection<T extends TenantRecord> implements TenantCollection<T> {
  readonly #connection: Connection;
  readonly #definition: CollectionDefinition<T>;
  readonly #model: Model<Document>;

  constructor(connection: Connection, definition: CollectionDefinition<T>) {
    this.#connection = connection;
    this.#definition = definition;
    const schema = new Schema<Document>(
      { _id: String },
      { collection: definition.name, versionKey: false, autoIndex: false, autoCreate: false, strict: false },
    );
    schema.index({ accountId: 1, _id: -1 });
    for (const fields of definition.indexes ?? []) schema.index({ accountId: 1, ...ascending(fields), _id: -1 });
    for (const fields of definition.sharedIndexes ?? []) schema.index(ascending(fields));
    for (const { name } of definition.unique ?? []) schema.index({ [`u_${name}`]: 1 }, { unique: true, sparse: true });
    this.#model = connection.model<Document>(definition.name, schema);
  }

  /** Makes the indexes. Once, at start-up. */
  async prepare(): Promise<void> {
    await this.#model.createIndexes();
  }

  async insert(record: T): Promise<void> {
    try {
      await this.#documents.insertOne(this.#toDocument(record) as never, { ignoreUndefined: true });
    } catch (error) {
      throw this.#duplicate(error) ?? error;
    }
  }

  async insertMissing(records: readonly T[]): Promise<void> {
    const documents = records.map((record) => this.#toDocument(record));
    for (const refused of await insertMany(this.#connection, this.#definition.name, documents)) {
      const duplicate = this.#duplicate(refused);
      if (duplicate?.rule !== 'id') throw duplicate!;
    }
  }

  async get(accountId: string, id: string): Promise<T | undefined> {
    // By `_id` alone, which every server finds at once; the stand-in server scans for the pair.
    const found = await this.acrossAccounts.get(id);
    return found?.accountId === accountId ? found : undefined;
  }

  async findOne(accountId: string, where: Filter<T>): Promise<T | undefined> {
    const all = { ...where, accountId } as Filter<T>;
    const found = await this.#documents.findOne(this.#exactKey(where) ?? this.#exactKey(all) ?? this.#query(all));
    return found?.accountId === accountId ? this.#toRecord(found) : undefined;
  }

  async list(accountId: string, { where = {}, limit = 50, cursor }: ListQuery<T>): Promise<Page<T>> {
    const query = this.#query(where);
    const before = cursor === undefined ? {} : { _id: { $lt: idFromCursor(cursor) } };
    const documents = await this.#documents
      .find({ $and: [query, before], accountId })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .toArray();
    const items = documents.slice(0, limit).map((document) => this.#toRecord(document)!);
    return { items, nextCursor: documents.length > limit ? cursorAfter(items.at(-1)!.id) : null };
  }

  async count(accountId: string, where: Filter<T> = {}): Promise<number> {
    return this.#documents.countDocuments({ ...this.#query(where), accountId });
  }

  async replace(record: T): Promise<T> {
    const changed = { ...record, revision: record.revision + 1 };
    const { _id, ...document } = this.#toDocument(changed);
    const { id, accountId, revision } = record;
    let found: number;
    try {
      const outcome = await this.#documents.replaceOne({ _id: id, accountId, revision }, document, {
        ignoreUndefined: true,
      });
      found = outcome.matchedCount;
    } catch (error) {
      throw this.#duplicate(error) ?? error;
    }
    if (found === 0) throw new StaleRecordError(this.#definition.name, id);
    return changed;
  }

  async remove(accountId: string, id: string): Promise<boolean> {
    return (await this.#documents.deleteOne({ _id: id, accountId })).deletedCount === 1;
  }

  readonly acrossAccounts: TenantCollection<T>['acrossAccounts'] = {
    get: async (id) => this.#toRecord(await this.#documents.findOne({ _id: id })),
    findOne: async (where) =>
      this.#toRecord(await this.#documents.findOne(this.#exactKey(where) ?? this.#query(where))),
    find: async (where, { limit, afterId }) => {
      const after = afterId === undefined ? {} : { _id: { $gt: afterId } };
      const documents = await this.#documents
        .find({ $and: [this.#query(where), after] })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return documents.map((document) => this.#toRecord(document)!);
    },
  };

  get #documents(): mongo.Collection<Document> {
    return this.#model.collection as unknown as mongo.Collection<Document>;
  }

  #toDocument(record: T): Document {
    const { id, ...fields } = record;
    const document: Record<string, unknown> = { _id: id, ...fields };
    for (const rule of this.#definition.unique ?? []) {
      const key = uniqueKey(rule, record);
      if (key !== undefined) document[`u_${rule.name}`] = key;
    }
    return document as Document;
  }

  #toRecord(document: Document | null): T | undefined {
    if (!document) return undefined;
    const { _id, ...fields } = document;
    for (const { name } of this.#definition.unique ?? []) delete (fields as Record<string, unknown>)[`u_${name}`];
    return { id: _id, ...fields } as unknown as T;
  }

  #query(where: Filter<T>): mongo.Filter<Document> {
    const query: Record<string, unknown> = {};
    for (const [field, condition] of Object.entries(where)) {
      if (condition === undefined) continue;
      query[field === 'id' ? '_id' : field] = toOperators(condition);
    }
    for (const rule of this.#definition.unique ?? []) {
      const values = where as unknown as T;
      if (
        rule.fields.every((field) => isText(values[field])) &&
        (rule.within === 'installation' || isText(values.accountId))
      ) {
        query[`u_${rule.name}`] = uniqueKey(rule, values);
      }
    }
    return query as mongo.Filter<Document>;
  }

  /** The query by a unique rule's field alone, where `where` asks for just that rule's fields: the stand-in server finds it at once and scans for more. */
  #exactKey(where: Filter<T>): mongo.Filter<Document> | undefined {
    const asked = Object.entries(where).filter(([, condition]) => condition !== undefined);
    if (!asked.every(([, condition]) => isText(condition))) return undefined;
    const rule = this.#definition.unique?.find(({ fields, within }) => {
      const named: readonly string[] = within === 'account' ? ['accountId', ...fields] : fields;
      return asked.length === named.length && asked.every(([name]) => named.includes(name));
    });
    return rule && ({ [`u_${rule.name}`]: uniqueKey(rule, where as unknown as T) } as mongo.Filter<Document>);
  }

  #duplicate(error: unknown): DuplicateRecordError | undefined {
    const { code, errmsg, message = errmsg ?? '' } = error as { code?: number; message?: string; errmsg?: string };
    if (code !== duplicateKey) return undefined;
    const rule = this.#definition.unique?.find(({ name }) => message.includes(`u_${name}`));
    return new DuplicateRecordError(this.#definition.name, rule?.name ?? 'id');
  }
}

function ascending(fields: readonly string[]): Record<string, 1> {
  return Object.fromEntries(fields.map((field) => [field, 1]));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

/** Values never become operators: only the five forms of a `Filter` do. */
function toOperators(condition: unknown): unknown {
  if (condition === null || typeof condition !== 'object') return { $eq: condition };
  const {
    in: set,
    contains,
    part,
    gte,
    lt,
  } = condition as { in?: unknown[]; contains?: unknown; part?: string; gte?: unknown; lt?: unknown };
  if (set) return { $in: set };
  if (contains !== undefined) return { $eq: contains };
  if (part !== undefined) return { $regex: part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), $options: 'i' };
  return { ...(gte !== undefined && { $gte: gte }), ...(lt !== undefined && { $lt: lt }) };
}
