import type { OperationHandler } from '../../operation/handler.js';
import type { TrunkDeps } from '../trunk-deps.js';
import { currentTrunkView } from '../trunk-view.js';

export function listTrunks(deps: TrunkDeps): OperationHandler<'listTrunks'> {
  return async ({ query: { limit, cursor } }, context) => {
    const page = await deps.trunks.list(context.account.id, { limit: limit ?? 50, cursor });
    const items = await Promise.all(page.items.map((trunk) => currentTrunkView(deps, trunk)));
    return { status: 200, body: { items, nextCursor: page.nextCursor } };
  };
}
