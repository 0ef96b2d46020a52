import type { OperationHandlers } from '../../operation/handler.js';
import type { AccountDeps } from '../account-deps.js';
import { createAccount } from './create-account.js';
import { createApiKey } from './create-api-key.js';
import { deleteAccount } from './delete-account.js';
import { deleteApiKey } from './delete-api-key.js';
import { getAccount } from './get-account.js';
import { getApiKey } from './get-api-key.js';
import { listAccounts } from './list-accounts.js';
import { listApiKeys } from './list-api-keys.js';
import { rotateAccountSigningSecret } from './rotate-account-signing-secret.js';
import { updateAccount } from './update-account.js';
import { updateApiKey } from './update-api-key.js';

/** The HTTP face of accounts and their keys. */
export function accountOperations(deps: AccountDeps) {
  return {
    createAccount: createAccount(deps),
    listAccounts: listAccounts(deps),
    getAccount: getAccount(deps),
    updateAccount: updateAccount(deps),
    deleteAccount: deleteAccount(deps),
    rotateAccountSigningSecret: rotateAccountSigningSecret(deps),
    createApiKey: createApiKey(deps),
    listApiKeys: listApiKeys(deps),
    getApiKey: getApiKey(deps),
    updateApiKey: updateApiKey(deps),
    deleteApiKey: deleteApiKey(deps),
  } satisfies Partial<OperationHandlers>;
}
