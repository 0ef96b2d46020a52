import type { Account } from './account.js';
import type { AccountStore } from './account-store.js';

/** The suspended account among this one and those above it. Undefined: there is none. */
export async function suspendedAccount(
  accounts: Pick<AccountStore, 'acrossAccounts'>,
  account: Account,
): Promise<Account | undefined> {
  const above = await Promise.all(account.ancestorIds.map((id) => accounts.acrossAccounts.get(id)));
  return [...above, account].find((one) => one?.status === 'suspended');
}
