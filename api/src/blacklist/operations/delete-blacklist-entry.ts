import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { BlacklistEntryDeps } from '../blacklist-entry-deps.js';

export function deleteBlacklistEntry({ blacklist }: BlacklistEntryDeps): OperationHandler<'deleteBlacklistEntry'> {
  return async ({ params }, context) => {
    if (!(await blacklist.remove(context.account.id, params.blacklistEntryId))) {
      throw new ResourceNotFoundError('blacklist entry', params.blacklistEntryId);
    }
    return { status: 204 };
  };
}
