import type { OperationHandler } from '../../operation/handler.js';
import type { BlacklistEntryDeps } from '../blacklist-entry-deps.js';
import { blacklistEntryView } from '../blacklist-entry-view.js';
import { updateBlacklistEntry as update } from '../update-blacklist-entry.js';

export function updateBlacklistEntry(deps: BlacklistEntryDeps): OperationHandler<'updateBlacklistEntry'> {
  return async ({ params, body }, context) => ({
    status: 200,
    body: blacklistEntryView(await update(deps, context.account.id, params.blacklistEntryId, body)),
  });
}
