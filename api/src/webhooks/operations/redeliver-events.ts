import type { OperationHandler } from '../../operation/handler.js';
import { redeliverEvents as redeliver } from '../redeliver-events.js';
import type { WebhookOperationDeps } from '../webhook-operation-deps.js';

export function redeliverEvents(deps: WebhookOperationDeps): OperationHandler<'redeliverEvents'> {
  return async ({ params, body }, context) => {
    return { status: 202, body: await redeliver(deps, context.account.id, params.webhookEndpointId, body) };
  };
}
