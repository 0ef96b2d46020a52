import type { StatusChangeRecord, StatusChangeStore } from './status-change-record.js';

/** Changes looked at at once. */
const batch = 100;

/**
 * Removes the changes of every account's agents from before `before` (RFC 3339). The last one of each agent stays, since numbers go on from it, and one whose event is not told yet.
 * Resolves to how many.
 */
export async function pruneStatusHistory(
  store: Pick<StatusChangeStore, 'remove' | 'findOne' | 'acrossAccounts'>,
  before: string,
): Promise<number> {
  let removed = 0;
  let afterId: string | undefined;
  for (;;) {
    const page = { limit: batch, ...(afterId === undefined ? {} : { afterId }) };
    const old = await store.acrossAccounts.find({ changedAt: { lt: before }, untold: false }, page);
    for (const change of old)
      if (await isFollowed(store, change)) removed += Number(await store.remove(change.accountId, change.id));
    afterId = old.at(-1)?.id;
    if (old.length < batch) return removed;
  }
}

async function isFollowed(
  store: Pick<StatusChangeStore, 'findOne'>,
  { accountId, agentId, sequence }: StatusChangeRecord,
): Promise<boolean> {
  return (await store.findOne(accountId, { agentId, sequence: sequence + 1 })) !== undefined;
}
