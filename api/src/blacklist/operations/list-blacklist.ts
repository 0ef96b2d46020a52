import type { OperationHandler } from '../../operation/handler.js';
import type { BlacklistEntryDeps } from '../blacklist-entry-deps.js';
import { blacklistEntryView } from '../blacklist-entry-view.js';

export function listBlacklist({ blacklist }: BlacklistEntryDeps): OperationHandler<'listBlacklist'> {
  return async ({ query: { limit, cursor, ...where } }, context) => {
    const page = await blacklist.list(context.account.id, { limit: limit ?? 50, cursor, where });
    return { status: 200, body: { items: page.items.map(blacklistEntryView), nextCursor: page.nextCursor } };
  };
}
