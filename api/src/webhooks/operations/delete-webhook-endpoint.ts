import { ResourceNotFoundError } from '../../http/http-errors.js';
import type { OperationHandler } from '../../http/operation.js';
import type { WebhookOperationDeps } from '../webhook-operation-deps.js';

export function deleteWebhookEndpoint({
  endpoints,
  deliveries,
}: WebhookOperationDeps): OperationHandler<'deleteWebhookEndpoint'> {
  return async ({ params: { webhookEndpointId } }, context) => {
    const removed = await endpoints.remove(context.account.id, webhookEndpointId);
    if (!removed) throw new ResourceNotFoundError('webhook endpoint', webhookEndpointId);
    await deliveries.abandon(webhookEndpointId);
    return { status: 204 };
  };
}
