import type { CallFilter } from '../../call-records/call-store.js';
import type { OperationHandler } from '../../operation/handler.js';
import { cursorAfter, idFromCursor } from '../../store/cursor.js';
import type { CallApiDeps } from '../call-api-deps.js';
import { callView } from '../call-view.js';

export function listCalls({ calls }: CallApiDeps): OperationHandler<'listCalls'> {
  return async ({ query }, { account }) => {
    const { limit = 50, cursor, createdFrom, createdTo, ...equal } = query;
    const filter: CallFilter = {
      ...Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)),
      ...(createdFrom === undefined ? {} : { createdFrom: Date.parse(createdFrom) }),
      ...(createdTo === undefined ? {} : { createdTo: Date.parse(createdTo) }),
    };
    const before = cursor === undefined ? undefined : idFromCursor(cursor);
    const found = await calls.list(account.id, filter, { limit: limit + 1, before });
    const items = found.slice(0, limit);
    const nextCursor = found.length > limit ? cursorAfter(items.at(-1)!.id) : null;
    return { status: 200, body: { items: items.map(callView), nextCursor } };
  };
}
