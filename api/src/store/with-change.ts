/** A change to one record: a field that is undefined stays, null empties it. */
export type Change<T> = { readonly [Field in keyof T]?: T[Field] | null | undefined };

/** The record with the change applied; fields that are emptied are absent afterwards. */
export function withChange<T extends object>(record: T, change: Change<T>): T {
  const changed = { ...record } as Record<string, unknown>;
  for (const [field, value] of Object.entries(change)) {
    if (value === null) delete changed[field];
    else if (value !== undefined) changed[field] = value;
  }
  return changed as T;
}
