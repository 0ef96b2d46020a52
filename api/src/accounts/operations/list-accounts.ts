import type { OperationHandler } from '../../operation/handler.js';
import type { AccountDeps } from '../account-deps.js';
import { accountView } from '../account-view.js';

export function listAccounts({ accounts }: AccountDeps): OperationHandler<'listAccounts'> {
  return async ({ query: { limit, cursor, status } }, context) => {
    const page = await accounts.list(context.account.id, {
      limit: limit ?? 50,
      cursor,
      where: status ? { status } : {},
    });
    return { status: 200, body: { items: page.items.map(accountView), nextCursor: page.nextCursor } };
  };
}
