import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
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
