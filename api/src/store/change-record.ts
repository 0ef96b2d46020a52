import type { Clock } from '@hookswitch/kernel/clock';
import { StaleRecordError, type TenantCollection, type TenantRecord } from './tenant-collection.js';
import { timestamp } from './timestamp.js';

const attempts = 5;

/**
 * Reads a record, applies `change` to it and stores the result, again when somebody else was quicker. `change` may throw to refuse; returning the same object means
 * that nothing is to change. Returns undefined where there is no such record.
 * @throws StaleRecordError when five rounds were lost
 */
export async function changeRecord<T extends TenantRecord>(
  collection: TenantCollection<T>,
  clock: Clock,
  accountId: string,
  id: string,
  change: (record: T) => T,
): Promise<T | undefined> {
  for (let round = 1; ; round++) {
    const record = await collection.get(accountId, id);
    if (!record) return undefined;
    const changed = change(record);
    if (changed === record) return record;
    try {
      return await collection.replace({ ...changed, updatedAt: timestamp(clock) });
    } catch (error) {
      if (!(error instanceof StaleRecordError) || round === attempts) throw error;
    }
  }
}
