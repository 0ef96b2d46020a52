import type { Schema } from '@hookswitch/openapi/operations';
import type { OperationHandler } from '../../http/operation.js';
import { cursorAfter, idFromCursor } from '../../store/cursor.js';
import { asTimestamp } from '../../store/timestamp.js';
import type { WebhookOperationDeps } from '../../webhooks/index.js';
import { publicEvent } from '../../webhooks/index.js';

export function listEvents({ events }: Pick<WebhookOperationDeps, 'events'>): OperationHandler<'listEvents'> {
  return async ({ query: { limit = 50, cursor, callId, type, from, to } }, context) => {
    const before = cursor === undefined ? undefined : idFromCursor(cursor);
    const filter = {
      callId,
      types: type === undefined ? undefined : [type],
      from: from === undefined ? undefined : asTimestamp(from),
      to: to === undefined ? undefined : asTimestamp(to),
    };
    const found = await events.list(context.account.id, filter, { limit: limit + 1, before });
    const items = found.slice(0, limit);
    const nextCursor = found.length > limit ? cursorAfter(items.at(-1)!.id) : null;
    return {
      status: 200,
      body: { items: items.map((event) => publicEvent(event) as unknown as Schema<'Event'>), nextCursor },
    };
  };
}
