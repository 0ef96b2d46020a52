import type { TenantCollection } from '../store/tenant-collection.js';
import type { AuditEntry } from './audit-entry.js';

/** Entries removed at once. */
const batch = 100;

/** Removes the entries of every account that were made before `before` (RFC 3339). Resolves to how many. */
export async function pruneAuditLog(
  store: Pick<TenantCollection<AuditEntry>, 'remove' | 'acrossAccounts'>,
  before: string,
): Promise<number> {
  for (let removed = 0; ; ) {
    const old = await store.acrossAccounts.find({ createdAt: { lt: before } }, { limit: batch });
    await Promise.all(old.map(({ accountId, id }) => store.remove(accountId, id)));
    removed += old.length;
    if (old.length < batch) return removed;
  }
}
