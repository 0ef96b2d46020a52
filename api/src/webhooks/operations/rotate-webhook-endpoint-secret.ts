import type { OperationHandler } from '../../operation/handler.js';
import { rotateEndpointSecret } from '../rotate-endpoint-secret.js';
import type { WebhookOperationDeps } from '../webhook-operation-deps.js';

export function rotateWebhookEndpointSecret(
  deps: WebhookOperationDeps,
): OperationHandler<'rotateWebhookEndpointSecret'> {
  return async ({ params }, context) => {
    const { key, previousValidUntil } = await rotateEndpointSecret(deps, context.account.id, params.webhookEndpointId);
    return { status: 200, body: { signingSecret: key, previousValidUntil } };
  };
}
