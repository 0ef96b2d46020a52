import type { Account } from './account.js';
import type { AccountDeps } from './account-deps.js';
import { AccountChangeForbiddenError, AccountNotEmptyError } from './account-errors.js';
import { visibleAccount } from './visible-account.js';

/**
 * Deletes an account below `actor` with its keys.
 * @throws AccountNotFoundError, AccountChangeForbiddenError for the actor's own account, AccountNotEmptyError while it owns anything but keys
 */
export async function deleteAccount(deps: AccountDeps, actor: Account, id: string): Promise<void> {
  const { accounts, keys, holdings } = deps;
  const account = await visibleAccount(accounts, actor, id);
  if (account.id === actor.id) throw new AccountChangeForbiddenError('whether the account exists');
  if ((await accounts.count(account.id)) > 0) throw new AccountNotEmptyError('sub-accounts');
  for (const [name, holding] of Object.entries(holdings)) {
    if ((await holding.count(account.id)) > 0) throw new AccountNotEmptyError(name);
  }
  await accounts.remove(account.accountId, account.id);
  for (;;) {
    const { items } = await keys.list(account.id, { limit: 100 });
    if (items.length === 0) return;
    for (const key of items) await keys.remove(account.id, key.id);
  }
}
