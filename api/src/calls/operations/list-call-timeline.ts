import type { OperationHandler } from '../../operation/handler.js';
import { InvalidCursorError } from '../../store/tenant-collection.js';
import type { CallApiDeps } from '../call-api-deps.js';
import { CallNotFoundError } from '../call-errors.js';
import { timelineEntryView } from '../call-view.js';

export function listCallTimeline({ calls, timeline }: CallApiDeps): OperationHandler<'listCallTimeline'> {
  return async ({ params: { callId }, query: { limit = 50, cursor } }, { account }) => {
    if (!(await calls.get(account.id, callId))) throw new CallNotFoundError(callId);
    const after = cursor === undefined ? undefined : entryIdFrom(cursor);
    const found = await timeline.list(account.id, callId, { limit: limit + 1, after });
    const items = found.slice(0, limit);
    const nextCursor = found.length > limit ? Buffer.from(items.at(-1)!.id).toString('base64url') : null;
    return { status: 200, body: { items: items.map(timelineEntryView), nextCursor } };
  };
}

function entryIdFrom(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!/^\d{14}\.\d{9,16}\.[\w-]{1,100}$/.test(id)) throw new InvalidCursorError();
  return id;
}
