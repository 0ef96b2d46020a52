import type { OperationHandlers } from '../../operation/handler.js';
import type { WebhookOperationDeps } from '../webhook-operation-deps.js';
import { createWebhookEndpoint } from './create-webhook-endpoint.js';
import { deleteWebhookEndpoint } from './delete-webhook-endpoint.js';
import { getWebhookEndpoint } from './get-webhook-endpoint.js';
import { listDeliveryAttempts } from './list-delivery-attempts.js';
import { listWebhookEndpoints } from './list-webhook-endpoints.js';
import { redeliverEvents } from './redeliver-events.js';
import { rotateWebhookEndpointSecret } from './rotate-webhook-endpoint-secret.js';
import { testWebhookEndpoint } from './test-webhook-endpoint.js';
import { updateWebhookEndpoint } from './update-webhook-endpoint.js';

/** The HTTP face of webhook endpoints. */
export function webhookOperations(deps: WebhookOperationDeps) {
  return {
    createWebhookEndpoint: createWebhookEndpoint(deps),
    listWebhookEndpoints: listWebhookEndpoints(deps),
    getWebhookEndpoint: getWebhookEndpoint(deps),
    updateWebhookEndpoint: updateWebhookEndpoint(deps),
    deleteWebhookEndpoint: deleteWebhookEndpoint(deps),
    rotateWebhookEndpointSecret: rotateWebhookEndpointSecret(deps),
    testWebhookEndpoint: testWebhookEndpoint(deps),
    listDeliveryAttempts: listDeliveryAttempts(deps),
    redeliverEvents: redeliverEvents(deps),
  } satisfies Partial<OperationHandlers>;
}
