import type { Schema } from '@hookswitch/openapi/operations';
import type { Account } from '../accounts/index.js';
import { timestamp } from '../store/timestamp.js';
import type { BlacklistEntry } from './blacklist-entry.js';
import type { BlacklistEntryDeps } from './blacklist-entry-deps.js';
import { checkLines } from './check-lines.js';

/** @throws DuplicateRecordError when the number is on it already, InvalidRequestError when a line is not the account's */
export async function createBlacklistEntry(
  { blacklist, numbers, clock, newId }: BlacklistEntryDeps,
  account: Pick<Account, 'id'>,
  request: Schema<'CreateBlacklistEntryRequest'>,
  from: Pick<BlacklistEntry, 'addedBy' | 'contactId'> = {},
): Promise<BlacklistEntry> {
  await checkLines(numbers, account.id, request.numberIds);
  const now = timestamp(clock);
  const entry: BlacklistEntry = {
    id: newId('BK'),
    accountId: account.id,
    number: request.number,
    ...(request.numberIds && { numberIds: request.numberIds }),
    reason: request.reason ?? '',
    ...from,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await blacklist.insert(entry);
  return entry;
}
