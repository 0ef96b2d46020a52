import type { Schema } from '@hookswitch/openapi/operations';
import type { OperationHandler } from '../../operation/handler.js';
import { InvalidRequestError } from '../../operation/request-errors.js';
import { cursorAfter, idFromCursor } from '../../store/cursor.js';
import { asTimestamp } from '../../store/timestamp.js';
import type { WebhookOperationDeps } from '../../webhooks/index.js';
import { publicEvent } from '../../webhooks/index.js';

export function listEvents({ events }: Pick<WebhookOperationDeps, 'events'>): OperationHandler<'listEvents'> {
  return async (
    { query: { limit = 50, cursor, callId, contactId, agentId, conferenceId, type, from, to } },
    context,
  ) => {
    const before = cursor === undefined ? undefined : idFromCursor(cursor);
    const filter = {
      subjectId: onlyOne({ callId, contactId, agentId, conferenceId }),
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

/** The one that is given. @throws InvalidRequestError where there are several: an event is about one thing */
function onlyOne(subjects: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = Object.entries(subjects).filter(([, id]) => id !== undefined);
  if (given.length > 1) {
    const message = 'An event is about one of these; ask for one.';
    throw new InvalidRequestError(given.map(([name]) => ({ pointer: `query:${name}`, message })));
  }
  return given[0]?.[1];
}
