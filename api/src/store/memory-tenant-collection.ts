import { cursorAfter, idFromCursor } from './cursor.js';
import {
  type CollectionDefinition,
  DuplicateRecordError,
  type Filter,
  type ListQuery,
  type Page,
  StaleRecordError,
  type TenantCollection,
  type TenantRecord,
  type UniqueRule,
} from './tenant-collection.js';
import { uniqueKey } from './unique-key.js';

/** Keeps records in this process's memory. For tests and the simulation. */
export class MemoryTenantCollection<T extends TenantRecord> implements TenantCollection<T> {
  readonly #definition: CollectionDefinition<T>;
  readonly #records = new Map<string, T>();
  readonly #unique = new Map<string, string>();

  constructor(definition: CollectionDefinition<T>) {
    this.#definition = definition;
  }

  async insert(record: T): Promise<void> {
    if (this.#records.has(record.id)) throw new DuplicateRecordError(this.#definition.name, 'id');
    this.#claim(record);
    this.#records.set(record.id, copy(record));
  }

  async insertMissing(records: readonly T[]): Promise<void> {
    let broken: unknown;
    for (const record of records) {
      if (this.#records.has(record.id)) continue;
      await this.insert(record).catch((error: unknown) => {
        broken ??= error;
      });
    }
    if (broken) throw broken;
  }

  async get(accountId: string, id: string): Promise<T | undefined> {
    const record = this.#records.get(id);
    return record?.accountId === accountId ? copy(record) : undefined;
  }

  async findOne(accountId: string, where: Filter<T>): Promise<T | undefined> {
    return this.#first((record) => record.accountId === accountId && matches(record, where));
  }

  async list(accountId: string, { where = {}, limit = 50, cursor }: ListQuery<T>): Promise<Page<T>> {
    const before = cursor === undefined ? undefined : idFromCursor(cursor);
    const found = [...this.#records.values()]
      .filter(
        (record) =>
          record.accountId === accountId && (before === undefined || record.id < before) && matches(record, where),
      )
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    const items = found.slice(0, limit).map(copy);
    return { items, nextCursor: found.length > limit ? cursorAfter(items.at(-1)!.id) : null };
  }

  async count(accountId: string, where: Filter<T> = {}): Promise<number> {
    let count = 0;
    for (const record of this.#records.values()) if (record.accountId === accountId && matches(record, where)) count++;
    return count;
  }

  async replace(record: T): Promise<T> {
    const old = this.#records.get(record.id);
    if (old?.accountId !== record.accountId || old.revision !== record.revision) {
      throw new StaleRecordError(this.#definition.name, record.id);
    }
    this.#claim(record);
    this.#release(old, record);
    const changed = { ...copy(record), revision: record.revision + 1 };
    this.#records.set(record.id, changed);
    return copy(changed);
  }

  async remove(accountId: string, id: string): Promise<boolean> {
    const record = this.#records.get(id);
    if (record?.accountId !== accountId) return false;
    this.#release(record);
    return this.#records.delete(id);
  }

  readonly acrossAccounts: TenantCollection<T>['acrossAccounts'] = {
    get: async (id) => {
      const record = this.#records.get(id);
      return record && copy(record);
    },
    findOne: async (where) => this.#first((record) => matches(record, where)),
    find: async (where, { limit, afterId = '' }) =>
      [...this.#records.values()]
        .filter((record) => record.id > afterId && matches(record, where))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map(copy),
  };

  #first(wanted: (record: T) => boolean): T | undefined {
    for (const record of this.#records.values()) if (wanted(record)) return copy(record);
    return undefined;
  }

  /** Takes the record's unique values, all or none. */
  #claim(record: T): void {
    const keys = this.#keys(record);
    for (const [rule, key] of keys) {
      const owner = this.#unique.get(key);
      if (owner !== undefined && owner !== record.id) throw new DuplicateRecordError(this.#definition.name, rule.name);
    }
    for (const [, key] of keys) this.#unique.set(key, record.id);
  }

  /** Gives back the unique values of `old` that `kept` no longer has. */
  #release(old: T, kept?: T): void {
    const keeps = new Set(kept ? this.#keys(kept).map(([, key]) => key) : []);
    for (const [, key] of this.#keys(old)) if (!keeps.has(key)) this.#unique.delete(key);
  }

  #keys(record: T): [UniqueRule<T>, string][] {
    return (this.#definition.unique ?? []).flatMap((rule) => {
      const key = uniqueKey(rule, record);
      return key === undefined ? [] : [[rule, `${rule.name}\0${key}`]];
    });
  }
}

function matches<T>(record: T, where: Filter<T>): boolean {
  return Object.entries(where).every(([field, condition]) => {
    const value = record[field as keyof T] as unknown;
    if (condition === undefined) return true;
    if (condition === null || typeof condition !== 'object') return (value ?? null) === condition;
    const {
      in: set,
      contains,
      part,
      gte,
      lt,
    } = condition as { in?: unknown[]; contains?: unknown; part?: string; gte?: string; lt?: string };
    if (set) return set.includes(value ?? null);
    if (contains !== undefined) return Array.isArray(value) && value.includes(contains);
    if (value === undefined || value === null) return false;
    if (part !== undefined) return String(value).toLowerCase().includes(part.toLowerCase());
    return (gte === undefined || (value as string) >= gte) && (lt === undefined || (value as string) < lt);
  });
}

/** A deep copy without the fields that are undefined: as if it had been stored and read. */
function copy<T extends TenantRecord>(record: T): T {
  const cloned = structuredClone(record) as Record<string, unknown>;
  for (const field of Object.keys(cloned)) if (cloned[field] === undefined) delete cloned[field];
  return cloned as unknown as T;
}
