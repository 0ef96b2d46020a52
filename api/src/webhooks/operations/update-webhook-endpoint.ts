import type { OperationHandler } from '../../operation/handler.js';
import { updateEndpoint } from '../update-endpoint.js';
import type { WebhookOperationDeps } from '../webhook-operation-deps.js';
import { endpointView } from '../webhook-view.js';

export function updateWebhookEndpoint(deps: WebhookOperationDeps): OperationHandler<'updateWebhookEndpoint'> {
  return async ({ params, body }, context) => {
    const endpoint = await updateEndpoint(deps, context.account.id, params.webhookEndpointId, body);
    return { status: 200, body: endpointView(endpoint) };
  };
}
