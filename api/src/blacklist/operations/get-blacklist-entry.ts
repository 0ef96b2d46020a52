import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { BlacklistEntryDeps } from '../blacklist-entry-deps.js';
import { blacklistEntryView } from '../blacklist-entry-view.js';

export function getBlacklistEntry({ blacklist }: BlacklistEntryDeps): OperationHandler<'getBlacklistEntry'> {
  return async ({ params }, context) => {
    const blacklistEntry = await blacklist.get(context.account.id, params.blacklistEntryId);
    if (!blacklistEntry) throw new ResourceNotFoundError('blacklist entry', params.blacklistEntryId);
    return { status: 200, body: blacklistEntryView(blacklistEntry) };
  };
}
