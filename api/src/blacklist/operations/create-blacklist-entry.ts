import type { OperationHandler } from '../../http/operation.js';
import type { BlacklistEntryDeps } from '../blacklist-entry-deps.js';
import { blacklistEntryView } from '../blacklist-entry-view.js';
import { createBlacklistEntry as create } from '../create-blacklist-entry.js';

export function createBlacklistEntry(deps: BlacklistEntryDeps): OperationHandler<'createBlacklistEntry'> {
  return async ({ body }, context) => ({
    status: 201,
    body: blacklistEntryView(await create(deps, context.account, body)),
  });
}
