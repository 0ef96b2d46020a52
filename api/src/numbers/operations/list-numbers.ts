import type { OperationHandler } from '../../operation/handler.js';
import type { NumberDeps } from '../number-deps.js';
import { numberView } from '../number-view.js';

export function listNumbers({ numbers }: NumberDeps): OperationHandler<'listNumbers'> {
  return async ({ query: { limit, cursor, ...where } }, context) => {
    const page = await numbers.list(context.account.id, { limit: limit ?? 50, cursor, where });
    return { status: 200, body: { items: page.items.map(numberView), nextCursor: page.nextCursor } };
  };
}
