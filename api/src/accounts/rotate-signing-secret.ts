import { addSigningSecret, newSigningSecret } from '../secrets/index.js';
import { changeRecord } from '../store/change-record.js';
import type { Account } from './account.js';
import type { AccountDeps } from './account-deps.js';
import { AccountNotFoundError } from './authenticate.js';
import { visibleAccount } from './visible-account.js';

/** Gives an account a new signing secret; the one before signs beside it for the overlap. @throws AccountNotFoundError */
export async function rotateSigningSecret(
  deps: AccountDeps,
  actor: Account,
  id: string,
): Promise<{ signingSecret: string; previousValidUntil: string | null }> {
  const { accounts, clock, random, secretBox, settings } = deps;
  const target = await visibleAccount(accounts, actor, id);
  const signingSecret = newSigningSecret(random);
  const overlapMs = settings.signingSecretOverlapHours * 3_600_000;
  const changed = await changeRecord(accounts, clock, target.accountId, target.id, (account) => ({
    ...account,
    signingSecrets: addSigningSecret(account.signingSecrets, signingSecret, {
      secretBox,
      clock,
      ownerId: account.id,
      overlapMs,
    }),
  }));
  if (!changed) throw new AccountNotFoundError(id);
  return { signingSecret, previousValidUntil: changed.signingSecrets[1]?.validUntil ?? null };
}
