import type { Schema } from '@hookswitch/openapi/operations';
import type { BlacklistEntry } from './blacklist-entry.js';

/** As users see it. */
export function blacklistEntryView(blacklistEntry: BlacklistEntry): Schema<'BlacklistEntry'> {
  return {
    id: blacklistEntry.id,
    accountId: blacklistEntry.accountId,
    number: blacklistEntry.number,
    numberIds: blacklistEntry.numberIds ? [...blacklistEntry.numberIds] : null,
    reason: blacklistEntry.reason,
    addedBy: blacklistEntry.addedBy ?? null,
    contactId: blacklistEntry.contactId ?? null,
    createdAt: blacklistEntry.createdAt,
    updatedAt: blacklistEntry.updatedAt,
    revision: blacklistEntry.revision,
  };
}
