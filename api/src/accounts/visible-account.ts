import type { Account } from './account.js';
import type { AccountStore } from './account-store.js';
import { AccountNotFoundError } from './authenticate.js';

/**
 * The account with this id, if it is `actor` itself or stands anywhere below it.
 * @throws AccountNotFoundError for all others, whether they exist or not
 */
export async function visibleAccount(accounts: AccountStore, actor: Account, id: string): Promise<Account> {
  const account = await accounts.acrossAccounts.get(id);
  if (!account || (account.id !== actor.id && !account.ancestorIds.includes(actor.id)))
    throw new AccountNotFoundError(id);
  return account;
}
