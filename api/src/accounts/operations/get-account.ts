import type { OperationHandler } from '../../operation/handler.js';
import type { AccountDeps } from '../account-deps.js';
import { accountView } from '../account-view.js';
import { visibleAccount } from '../visible-account.js';

export function getAccount({ accounts }: AccountDeps): OperationHandler<'getAccount'> {
  return async ({ params }, context) => {
    const account = await visibleAccount(accounts, context.account, params.accountId);
    return { status: 200, body: accountView(account) };
  };
}
