import { addSigningSecret, newSigningSecret } from '../secrets/index.js';
import { timestamp } from '../store/timestamp.js';
import type { Account, AccountEdition, AccountLimits } from './account.js';
import type { AccountDeps } from './account-deps.js';
import { AccountTooDeepError, EditionRequiredError } from './account-errors.js';
import { checkLimits } from './check-limits.js';

/** How deep sub-accounts nest below the first account. */
export const deepestAccount = 5;

export interface NewAccount {
  readonly name: string;
  readonly edition?: AccountEdition | undefined;
  readonly limits?: { readonly [Limit in keyof AccountLimits]?: AccountLimits[Limit] | undefined } | undefined;
  readonly allowedDestinations?: readonly string[] | undefined;
  readonly allowedSipHosts?: readonly string[] | undefined;
  /** Null for none. */
  readonly cdrPushUrl?: string | null | undefined;
}

/**
 * Makes an account under `parent`, or the first one of the installation under null. Its limits are the defaults where the request names none, and never above the parent's.
 * @throws AccountTooDeepError, AccountLimitTooHighError, EditionRequiredError
 */
export async function createAccount(
  deps: AccountDeps,
  parent: Account | null,
  request: NewAccount,
): Promise<{ account: Account; signingSecret: string }> {
  const { accounts, clock, newId, random, secretBox, settings } = deps;
  if (parent && parent.ancestorIds.length >= deepestAccount) throw new AccountTooDeepError(deepestAccount);
  if (parent?.edition === 'standard' && request.edition === 'premium')
    throw new EditionRequiredError('A premium sub-account');
  const limits = {
    ...lower(
      {
        concurrentCalls: settings.defaultConcurrentCalls,
        callsPerSecond: settings.defaultCallsPerSecond,
        minutesPerDay: settings.defaultMinutesPerDay,
        requestsPerSecond: settings.defaultRequestsPerSecond,
      },
      parent?.limits,
    ),
    ...request.limits,
  } as AccountLimits;
  if (parent) checkLimits(limits, parent.limits);

  const id = newId('AC');
  const now = timestamp(clock);
  const signingSecret = newSigningSecret(random);
  const account: Account = {
    id,
    accountId: parent?.id ?? 'root',
    parentId: parent?.id ?? null,
    ancestorIds: parent ? [...parent.ancestorIds, parent.id] : [],
    name: request.name,
    status: 'active',
    edition: request.edition ?? parent?.edition ?? 'standard',
    limits,
    allowedDestinations: request.allowedDestinations ?? [],
    allowedSipHosts: request.allowedSipHosts ?? [],
    ...(request.cdrPushUrl && { cdrPushUrl: request.cdrPushUrl }),
    signingSecrets: addSigningSecret([], signingSecret, { secretBox, clock, ownerId: id, overlapMs: 0 }),
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await accounts.insert(account);
  return { account, signingSecret };
}

function lower(limits: AccountLimits, parent: AccountLimits = limits): AccountLimits {
  return {
    concurrentCalls: Math.min(limits.concurrentCalls, parent.concurrentCalls),
    callsPerSecond: Math.min(limits.callsPerSecond, parent.callsPerSecond),
    minutesPerDay: Math.min(limits.minutesPerDay, parent.minutesPerDay),
    requestsPerSecond: Math.min(limits.requestsPerSecond, parent.requestsPerSecond),
  };
}
