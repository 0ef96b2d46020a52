import type { BlacklistEntryStore } from './blacklist-entry.js';

/** Whether a call from that number to that line of the account is to be refused (SOFTIN-15). */
export async function isBlacklisted(
  blacklist: Pick<BlacklistEntryStore, 'findOne'>,
  accountId: string,
  from: string,
  lineId: string | undefined,
): Promise<boolean> {
  const entry = await blacklist.findOne(accountId, { number: from });
  if (!entry) return false;
  return entry.numberIds === undefined || (lineId !== undefined && entry.numberIds.includes(lineId));
}
