import { BaseError } from '@hookswitch/kernel/base-error';

/** What every stored thing of an account has. `accountId` is part of every look-up, so that no account sees another's. */
export interface TenantRecord {
  readonly id: string;
  readonly accountId: string;
  /** 1 when made, one more with every change. */
  readonly revision: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

type Scalar = string | number | boolean | null | undefined;

/** Conditions that must all hold. A field is compared with a value, a set, a range, a part of a text (whatever the case), or (for a list) with a member. */
export type Filter<T> = {
  readonly [Field in keyof T]?: T[Field] extends Scalar
    ?
        | T[Field]
        | { readonly in: readonly T[Field][] }
        | { readonly gte?: T[Field]; readonly lt?: T[Field] }
        | (NonNullable<T[Field]> extends string ? { readonly part: string } : never)
    : NonNullable<T[Field]> extends readonly (infer Member)[]
      ? Member extends Scalar
        ? { readonly contains: Member }
        : never
      : never;
};

export interface Page<T> {
  /** Newest first. */
  readonly items: readonly T[];
  /** Give it to the next `list`; null on the last page. */
  readonly nextCursor: string | null;
}

export interface ListQuery<T> {
  readonly where?: Filter<T>;
  /** 1 to 100. */
  readonly limit?: number;
  readonly cursor?: string | undefined;
}

/** Values that no two records may share. A record in which a named field is absent (not null: absent) is left out. */
export interface UniqueRule<T> {
  /** Stable: the database index is called after it. */
  readonly name: string;
  readonly fields: readonly (keyof T & string)[];
  readonly within: 'account' | 'installation';
}

export interface CollectionDefinition<T> {
  readonly name: string;
  readonly unique?: readonly UniqueRule<T>[];
  /** Look-ups other than by id. In the database each begins with the account and ends with the id. */
  readonly indexes?: readonly (readonly (keyof T & string)[])[];
  /** Look-ups across accounts (`acrossAccounts`). */
  readonly sharedIndexes?: readonly (readonly (keyof T & string)[])[];
}

/**
 * Stored things of one kind, each owned by an account. It refuses to know what they are. Every operation is one atomic step on one document; what is given
 * and what comes back are copies, so that nobody changes the store by changing a record.
 *
 * What must hold: an unknown id and another account's id are the same `undefined`; a page never repeats or leaves out a record that existed when the
 * first page was read, whatever is inserted meanwhile; of two `replace`s of one revision exactly one succeeds.
 */
export interface TenantCollection<T extends TenantRecord> {
  /** @throws DuplicateRecordError when a unique rule (or the id) is broken. */
  insert(record: T): Promise<void>;
  /**
   * Inserts many at once, of any accounts. One whose id is there already stays as it is. Killed halfway, some are there and others are not.
   * @throws DuplicateRecordError when another unique rule is broken; the others are inserted all the same
   */
  insertMissing(records: readonly T[]): Promise<void>;
  get(accountId: string, id: string): Promise<T | undefined>;
  findOne(accountId: string, where: Filter<T>): Promise<T | undefined>;
  /** @throws InvalidCursorError */
  list(accountId: string, query: ListQuery<T>): Promise<Page<T>>;
  count(accountId: string, where?: Filter<T>): Promise<number>;
  /**
   * Stores a changed record whose `revision` is still the one that was read, and returns it with the next revision.
   * @throws StaleRecordError when it was changed or removed meanwhile
   * @throws DuplicateRecordError
   */
  replace(record: T): Promise<T>;
  /** Whether it was there. */
  remove(accountId: string, id: string): Promise<boolean>;
  /** For the few questions that have no account yet ("whose number is this?"). */
  readonly acrossAccounts: {
    get(id: string): Promise<T | undefined>;
    findOne(where: Filter<T>): Promise<T | undefined>;
    /** In order of id, those after `afterId`. */
    find(where: Filter<T>, page: { limit: number; afterId?: string }): Promise<readonly T[]>;
  };
}

/** A unique rule was broken. Features turn it into a sentence about their own field. */
export class DuplicateRecordError extends BaseError {
  /** Name of the broken `UniqueRule`, or `id`. */
  readonly rule: string;
  constructor(collection: string, rule: string) {
    super('conflict', 'already-exists', `There is already one of these ${collection} with the same ${rule}.`);
    this.rule = rule;
  }
}

export class StaleRecordError extends BaseError {
  constructor(collection: string, id: string) {
    super(
      'conflict',
      'resource-changed',
      `${id} (${collection}) was changed at the same time; read it again and repeat.`,
    );
  }
}

export class InvalidCursorError extends BaseError {
  constructor() {
    super(
      'invalid',
      'invalid-cursor',
      "This cursor is not one of this list's; give nextCursor back exactly as it came.",
      {
        fields: [{ pointer: 'query:cursor', message: 'is not a cursor of this list' }],
      },
    );
  }
}
