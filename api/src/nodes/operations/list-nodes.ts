import type { OperationHandler } from '../../operation/handler.js';
import { anyIdFromCursor } from '../../store/cursor.js';
import { pageById } from '../../store/page-by-id.js';
import type { NodeDeps } from '../node-deps.js';
import { nodesOf } from '../nodes-of.js';

export function listNodes(deps: NodeDeps): OperationHandler<'listNodes'> {
  return async ({ query: { limit = 50, cursor } }, { account }) => {
    const { items, nextCursor } = pageById(await nodesOf(account, deps), limit, cursor, anyIdFromCursor);
    return { status: 200, body: { items: [...items], nextCursor } };
  };
}
