import { ResourceNotFoundError } from '../operation/request-errors.js';
import { addSigningSecret, newSigningSecret } from '../secrets/index.js';
import { changeRecord } from '../store/change-record.js';
import type { ApplicationDeps } from './application-deps.js';

/** Gives an application a signing secret of its own, or a new one; the one before signs beside it for the overlap. @throws ResourceNotFoundError */
export async function rotateSigningSecret(
  { applications, clock, random, secretBox, settings }: ApplicationDeps,
  accountId: string,
  id: string,
): Promise<{ signingSecret: string; previousValidUntil: string | null }> {
  const signingSecret = newSigningSecret(random);
  const overlapMs = settings.signingSecretOverlapHours * 3_600_000;
  const changed = await changeRecord(applications, clock, accountId, id, (application) => ({
    ...application,
    signingSecrets: addSigningSecret(application.signingSecrets, signingSecret, {
      secretBox,
      clock,
      ownerId: id,
      overlapMs,
    }),
  }));
  if (!changed) throw new ResourceNotFoundError('application', id);
  return { signingSecret, previousValidUntil: changed.signingSecrets[1]?.validUntil ?? null };
}
