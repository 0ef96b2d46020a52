import type { OperationHandler } from '../../operation/handler.js';
import type { NumberGroupDeps } from '../number-group-deps.js';
import { numberGroupView } from '../number-group-view.js';

export function listNumberGroups({ numberGroups }: NumberGroupDeps): OperationHandler<'listNumberGroups'> {
  return async ({ query: { limit, cursor } }, context) => {
    const page = await numberGroups.list(context.account.id, { limit: limit ?? 50, cursor });
    return { status: 200, body: { items: page.items.map(numberGroupView), nextCursor: page.nextCursor } };
  };
}
