import type { Schema } from '@hookswitch/openapi/operations';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import { withChange } from '../store/with-change.js';
import type { BlacklistEntry } from './blacklist-entry.js';
import type { BlacklistEntryDeps } from './blacklist-entry-deps.js';
import { checkLines } from './check-lines.js';

/** @throws InvalidRequestError when a line is not the account's, ResourceNotFoundError, StaleRecordError */
export async function updateBlacklistEntry(
  { blacklist, numbers, clock }: BlacklistEntryDeps,
  accountId: string,
  id: string,
  change: Schema<'UpdateBlacklistEntryRequest'>,
): Promise<BlacklistEntry> {
  await checkLines(numbers, accountId, change.numberIds);
  const changed = await changeRecord(blacklist, clock, accountId, id, (record) => withChange(record, change));
  if (!changed) throw new ResourceNotFoundError('blacklist entry', id);
  return changed;
}
