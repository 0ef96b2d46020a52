import type { Schema } from '@hookswitch/openapi/operations';
import type { OperationHandler } from '../../operation/handler.js';
import { testEndpoint } from '../test-endpoint.js';
import type { WebhookOperationDeps } from '../webhook-operation-deps.js';

export function testWebhookEndpoint(deps: WebhookOperationDeps): OperationHandler<'testWebhookEndpoint'> {
  return async ({ params }, context) => {
    const event = await testEndpoint(deps, context.account.id, params.webhookEndpointId);
    return { status: 202, body: event as unknown as Schema<'Event'> };
  };
}
