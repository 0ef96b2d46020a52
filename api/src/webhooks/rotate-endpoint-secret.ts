import { ResourceNotFoundError } from '../operation/request-errors.js';
import { addSigningSecret, newSigningSecret } from '../secrets/index.js';
import { changeRecord } from '../store/change-record.js';
import { newEd25519Secret, verificationKey } from './sign-webhook.js';
import type { WebhookOperationDeps } from './webhook-operation-deps.js';

/** Gives an endpoint a new secret; the one before signs beside it for the overlap. @throws ResourceNotFoundError */
export async function rotateEndpointSecret(
  { endpoints, secretBox, clock, random, settings }: WebhookOperationDeps,
  accountId: string,
  id: string,
): Promise<{ key: string; previousValidUntil: string | null }> {
  const overlapMs = settings.signingSecretOverlapHours * 3_600_000;
  let secret = '';
  const changed = await changeRecord(endpoints, clock, accountId, id, (endpoint) => {
    secret = endpoint.signature === 'v1a' ? newEd25519Secret() : newSigningSecret(random);
    const options = { secretBox, clock, ownerId: id, overlapMs };
    return { ...endpoint, signingSecrets: addSigningSecret(endpoint.signingSecrets, secret, options) };
  });
  if (!changed) throw new ResourceNotFoundError('webhook endpoint', id);
  return { key: verificationKey(secret), previousValidUntil: changed.signingSecrets[1]?.validUntil ?? null };
}
