import { utcDay } from '../usage/index.js';
import { AccountSuspendedError } from './call-errors.js';
import type { CallsDeps } from './calls-deps.js';
import type { CallAccount } from './routing/call-routing.js';

/** The account, where it may call. */
export async function activeAccount(accountId: string, deps: Pick<CallsDeps, 'routing'>): Promise<CallAccount> {
  const account = await deps.routing.account(accountId);
  if (account?.status !== 'active') throw new AccountSuspendedError();
  return account;
}

/** The minutes an account has used today, and the seconds one more call may last. */
export async function outboundBudget(
  account: CallAccount,
  deps: Pick<CallsDeps, 'usage' | 'clock'>,
): Promise<{ minutesToday: number; secondsLeft: number }> {
  const seconds = await deps.usage.outboundSeconds(account.id, utcDay(deps.clock.now()));
  return { minutesToday: seconds / 60, secondsLeft: Math.max(1, account.minutesPerDay * 60 - seconds) };
}
