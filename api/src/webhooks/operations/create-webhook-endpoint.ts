import type { OperationHandler } from '../../operation/handler.js';
import { createEndpoint } from '../create-endpoint.js';
import type { WebhookOperationDeps } from '../webhook-operation-deps.js';
import { endpointView } from '../webhook-view.js';

export function createWebhookEndpoint(deps: WebhookOperationDeps): OperationHandler<'createWebhookEndpoint'> {
  return async ({ body }, context) => {
    const { endpoint, key } = await createEndpoint(deps, context.account.id, body);
    return { status: 201, body: { webhookEndpoint: endpointView(endpoint), signingSecret: key } };
  };
}
