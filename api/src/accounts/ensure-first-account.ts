import type { Account } from './account.js';
import type { AccountDeps } from './account-deps.js';
import { createAccount, type NewAccount } from './create-account.js';
import { createApiKey } from './create-api-key.js';

/**
 * The first account of the installation, made when there is none. Only then is there a key to show: it has every scope, and its secret is stored nowhere.
 */
export async function ensureFirstAccount(
  deps: AccountDeps,
  request: NewAccount,
): Promise<{ account: Account; made: { key: string; signingSecret: string } | undefined }> {
  const [existing] = await deps.accounts.acrossAccounts.find({ parentId: null }, { limit: 1 });
  if (existing) return { account: existing, made: undefined };
  const { account, signingSecret } = await createAccount(deps, null, request);
  const { secret } = await createApiKey(deps, account.id, null, { name: 'first key' });
  return { account, made: { key: secret, signingSecret } };
}
