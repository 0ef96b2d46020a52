import { addSigningSecret, newSigningSecret } from '../secrets/index.js';
import { timestamp } from '../store/timestamp.js';
import { maxEndpointsPerAccount } from './destinations.js';
import type { PublicEventType } from './public-event.js';
import { newEd25519Secret, verificationKey } from './sign-webhook.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import { WebhookEndpointLimitError } from './webhook-errors.js';
import type { WebhookOperationDeps } from './webhook-operation-deps.js';

/**
 * Makes an endpoint. Resolves to it and to the key that verifies its requests: the shared secret, or the public key for Ed25519.
 * @throws WebhookEndpointLimitError
 */
export async function createEndpoint(
  deps: WebhookOperationDeps,
  accountId: string,
  request: {
    readonly url: string;
    readonly description?: string | undefined;
    readonly events?: readonly PublicEventType[] | null | undefined;
    readonly signature?: 'v1' | 'v1a' | undefined;
  },
): Promise<{ endpoint: WebhookEndpoint; key: string }> {
  const { endpoints, secretBox, clock, random, newId } = deps;
  if ((await endpoints.count(accountId)) >= maxEndpointsPerAccount)
    throw new WebhookEndpointLimitError(maxEndpointsPerAccount);
  const id = newId('WH');
  const now = timestamp(clock);
  const secret = request.signature === 'v1a' ? newEd25519Secret() : newSigningSecret(random);
  const endpoint: WebhookEndpoint = {
    id,
    accountId,
    revision: 1,
    createdAt: now,
    updatedAt: now,
    url: request.url,
    description: request.description ?? '',
    events: request.events ?? null,
    status: 'enabled',
    disabledBecause: null,
    signature: request.signature ?? 'v1',
    signingSecrets: addSigningSecret([], secret, { secretBox, clock, ownerId: id, overlapMs: 0 }),
    failingSince: null,
    pendingEvent: null,
    hasPendingEvent: false,
  };
  await endpoints.insert(endpoint);
  return { endpoint, key: verificationKey(secret) };
}
