import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { WebhookOperationDeps } from '../webhook-operation-deps.js';
import { endpointView } from '../webhook-view.js';

export function getWebhookEndpoint({ endpoints }: WebhookOperationDeps): OperationHandler<'getWebhookEndpoint'> {
  return async ({ params }, context) => {
    const endpoint = await endpoints.get(context.account.id, params.webhookEndpointId);
    if (!endpoint) throw new ResourceNotFoundError('webhook endpoint', params.webhookEndpointId);
    return { status: 200, body: endpointView(endpoint) };
  };
}
