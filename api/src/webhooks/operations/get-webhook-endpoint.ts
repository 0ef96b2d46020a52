import { ResourceNotFoundError } from '../../http/http-errors.js';
import type { OperationHandler } from '../../http/operation.js';
import type { WebhookOperationDeps } from '../webhook-operation-deps.js';
import { endpointView } from '../webhook-view.js';

export function getWebhookEndpoint({ endpoints }: WebhookOperationDeps): OperationHandler<'getWebhookEndpoint'> {
  return async ({ params }, context) => {
    const endpoint = await endpoints.get(context.account.id, params.webhookEndpointId);
    if (!endpoint) throw new ResourceNotFoundError('webhook endpoint', params.webhookEndpointId);
    return { status: 200, body: endpointView(endpoint) };
  };
}
