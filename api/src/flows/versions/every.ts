import type { Filter, TenantCollection, TenantRecord } from '../../store/tenant-collection.js';

/** Every record that fits, page by page; newest first. */
export async function every<T extends TenantRecord>(
  collection: Pick<TenantCollection<T>, 'list'>,
  accountId: string,
  where: Filter<T>,
): Promise<readonly T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await collection.list(accountId, { where, limit: 100, cursor });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
