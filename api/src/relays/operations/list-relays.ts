import type { OperationHandler } from '../../operation/handler.js';
import { anyIdFromCursor } from '../../store/cursor.js';
import { pageById } from '../../store/page-by-id.js';
import type { RelayDeps } from '../relay-deps.js';
import { relaysOf } from '../relays-of.js';

export function listRelays(deps: RelayDeps): OperationHandler<'listRelays'> {
  return async ({ query: { limit = 50, cursor, state } }, { account }) => {
    const all = (await relaysOf(account, deps)).filter((relay) => state === undefined || relay.state === state);
    const { items, nextCursor } = pageById(all, limit, cursor, anyIdFromCursor);
    return { status: 200, body: { items: [...items], nextCursor } };
  };
}
