import type { OperationHandler } from '../../operation/handler.js';
import type { AccountDeps } from '../account-deps.js';
import { deleteAccount as remove } from '../delete-account.js';

export function deleteAccount(deps: AccountDeps): OperationHandler<'deleteAccount'> {
  return async ({ params }, context) => {
    await remove(deps, context.account, params.accountId);
    return { status: 204 };
  };
}
