import type { OperationHandler } from '../../http/operation.js';
import type { TrunkDeps } from '../trunk-deps.js';
import { trunkView } from '../trunk-view.js';

export function listTrunks({ trunks }: TrunkDeps): OperationHandler<'listTrunks'> {
  return async ({ query: { limit, cursor } }, context) => {
    const page = await trunks.list(context.account.id, { limit: limit ?? 50, cursor });
    return { status: 200, body: { items: page.items.map(trunkView), nextCursor: page.nextCursor } };
  };
}
