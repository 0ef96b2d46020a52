import type { OperationHandler } from '../../operation/handler.js';
import type { AccountDeps } from '../account-deps.js';
import { accountView } from '../account-view.js';
import { updateAccount as update } from '../update-account.js';

export function updateAccount(deps: AccountDeps): OperationHandler<'updateAccount'> {
  return async ({ params, body }, context) => {
    const account = await update(deps, context.account, params.accountId, body);
    return { status: 200, body: accountView(account) };
  };
}
