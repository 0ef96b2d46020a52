import { ResourceNotFoundError } from '../../http/http-errors.js';
import type { OperationHandler } from '../../http/operation.js';
import type { BlacklistEntryDeps } from '../blacklist-entry-deps.js';

export function deleteBlacklistEntry({ blacklist }: BlacklistEntryDeps): OperationHandler<'deleteBlacklistEntry'> {
  return async ({ params }, context) => {
    if (!(await blacklist.remove(context.account.id, params.blacklistEntryId))) {
      throw new ResourceNotFoundError('blacklist entry', params.blacklistEntryId);
    }
    return { status: 204 };
  };
}
