import type { AccountLimits } from './account.js';
import { AccountLimitTooHighError } from './account-errors.js';

/** @throws AccountLimitTooHighError when a limit is above the parent's */
export function checkLimits(limits: AccountLimits, parent: AccountLimits): void {
  for (const name of Object.keys(limits) as (keyof AccountLimits)[]) {
    if (limits[name] > parent[name]) throw new AccountLimitTooHighError(name, parent[name]);
  }
}
