import { changeRecord } from '../store/change-record.js';
import type { Account, AccountStatus } from './account.js';
import type { AccountDeps } from './account-deps.js';
import { AccountChangeForbiddenError, EditionRequiredError } from './account-errors.js';
import { AccountNotFoundError } from './authenticate.js';
import { checkLimits } from './check-limits.js';
import type { NewAccount } from './create-account.js';
import { visibleAccount } from './visible-account.js';

export interface AccountChange extends Partial<NewAccount> {
  readonly status?: AccountStatus | undefined;
}

/**
 * Changes an account on behalf of `actor`. Status, edition, limits and whom it may call belong to whoever stands above; the first account may change its own, but for the status.
 * @throws AccountNotFoundError, AccountChangeForbiddenError, AccountLimitTooHighError, EditionRequiredError
 */
export async function updateAccount(
  deps: AccountDeps,
  actor: Account,
  id: string,
  change: AccountChange,
): Promise<Account> {
  const { accounts, clock } = deps;
  const target = await visibleAccount(accounts, actor, id);
  const above = target.id !== actor.id;
  if (!above && change.status !== undefined) throw new AccountChangeForbiddenError('the status');
  if (!above && actor.parentId !== null) {
    if (change.edition !== undefined || change.limits !== undefined) {
      throw new AccountChangeForbiddenError('edition and limits');
    }
    // A stolen key must not open the way to expensive numbers.
    if (change.allowedDestinations !== undefined || change.allowedSipHosts !== undefined) {
      throw new AccountChangeForbiddenError('whom it may call');
    }
  }
  const parent = target.parentId === null ? undefined : await accounts.acrossAccounts.get(target.parentId);
  if (parent?.edition === 'standard' && change.edition === 'premium')
    throw new EditionRequiredError('A premium sub-account');

  const changed = await changeRecord(accounts, clock, target.accountId, target.id, (account) => {
    const limits = { ...account.limits, ...change.limits } as Account['limits'];
    if (parent && change.limits) checkLimits(limits, parent.limits);
    const { cdrPushUrl, ...rest } = account;
    const pushUrl = change.cdrPushUrl === undefined ? cdrPushUrl : change.cdrPushUrl;
    return {
      ...rest,
      ...(pushUrl && { cdrPushUrl: pushUrl }),
      name: change.name ?? account.name,
      status: change.status ?? account.status,
      edition: change.edition ?? account.edition,
      limits,
      allowedDestinations: change.allowedDestinations ?? account.allowedDestinations,
      allowedSipHosts: change.allowedSipHosts ?? account.allowedSipHosts,
    };
  });
  if (!changed) throw new AccountNotFoundError(id);
  return changed;
}
