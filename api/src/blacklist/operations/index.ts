import type { OperationHandlers } from '../../operation/handler.js';
import type { BlacklistApiDeps } from '../blacklist-entry-deps.js';
import { createBlacklistEntry } from './create-blacklist-entry.js';
import { deleteBlacklistEntry } from './delete-blacklist-entry.js';
import { getBlacklistEntry } from './get-blacklist-entry.js';
import { listBlacklist } from './list-blacklist.js';
import { updateBlacklistEntry } from './update-blacklist-entry.js';

/** The HTTP face of blacklist entries. */
export function blacklistEntryOperations(deps: BlacklistApiDeps) {
  return {
    createBlacklistEntry: createBlacklistEntry(deps),
    listBlacklist: listBlacklist(deps),
    getBlacklistEntry: getBlacklistEntry(deps),
    updateBlacklistEntry: updateBlacklistEntry(deps),
    deleteBlacklistEntry: deleteBlacklistEntry(deps),
  } satisfies Partial<OperationHandlers>;
}
