import type { OperationHandler } from '../../operation/handler.js';
import type { AccountDeps } from '../account-deps.js';
import { accountView } from '../account-view.js';
import { createAccount as create } from '../create-account.js';

export function createAccount(deps: AccountDeps): OperationHandler<'createAccount'> {
  return async ({ body }, context) => {
    const { account, signingSecret } = await create(deps, context.account, body);
    return { status: 201, body: { account: accountView(account), signingSecret } };
  };
}
