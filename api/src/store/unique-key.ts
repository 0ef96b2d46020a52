import type { TenantRecord, UniqueRule } from './tenant-collection.js';

/**
 * One text for the values a unique rule names, with the account where it holds within accounts; undefined where a field is absent. A single text field with a
 * sparse unique index is right on every MongoDB, whereas a compound sparse index would also count records without the field.
 */
export function uniqueKey<T extends TenantRecord>(rule: UniqueRule<T>, record: T): string | undefined {
  const values = rule.fields.map((field) => record[field] as unknown);
  if (values.some((value) => value === undefined || value === null)) return undefined;
  return JSON.stringify(rule.within === 'account' ? [record.accountId, ...values] : values);
}
