import type { OperationHandler } from '../../operation/handler.js';
import type { WebhookOperationDeps } from '../webhook-operation-deps.js';
import { endpointView } from '../webhook-view.js';

export function listWebhookEndpoints({ endpoints }: WebhookOperationDeps): OperationHandler<'listWebhookEndpoints'> {
  return async ({ query: { limit, cursor } }, context) => {
    const page = await endpoints.list(context.account.id, { limit: limit ?? 50, cursor });
    return { status: 200, body: { items: page.items.map(endpointView), nextCursor: page.nextCursor } };
  };
}
