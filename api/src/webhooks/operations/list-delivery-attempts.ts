import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { cursorAfter, idFromCursor } from '../../store/cursor.js';
import type { WebhookOperationDeps } from '../webhook-operation-deps.js';
import { attemptView } from '../webhook-view.js';

export function listDeliveryAttempts({
  endpoints,
  deliveries,
}: WebhookOperationDeps): OperationHandler<'listDeliveryAttempts'> {
  return async ({ params, query: { limit = 50, cursor, eventId, status } }, context) => {
    const { webhookEndpointId: endpointId } = params;
    if (!(await endpoints.get(context.account.id, endpointId))) {
      throw new ResourceNotFoundError('webhook endpoint', endpointId);
    }
    const before = cursor === undefined ? undefined : idFromCursor(cursor);
    const page = { limit: limit + 1, before };
    const found = await deliveries.attempts(context.account.id, { endpointId, eventId, status }, page);
    const items = found.slice(0, limit);
    const nextCursor = found.length > limit ? cursorAfter(items.at(-1)!.id) : null;
    return { status: 200, body: { items: items.map(attemptView), nextCursor } };
  };
}
