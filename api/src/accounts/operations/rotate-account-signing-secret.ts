import type { OperationHandler } from '../../operation/handler.js';
import type { AccountDeps } from '../account-deps.js';
import { rotateSigningSecret } from '../rotate-signing-secret.js';

export function rotateAccountSigningSecret(deps: AccountDeps): OperationHandler<'rotateAccountSigningSecret'> {
  return async ({ params }, context) => ({
    status: 200,
    body: await rotateSigningSecret(deps, context.account, params.accountId),
  });
}
