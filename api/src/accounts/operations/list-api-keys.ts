import type { OperationHandler } from '../../operation/handler.js';
import type { AccountDeps } from '../account-deps.js';
import { apiKeyView } from '../account-view.js';

export function listApiKeys({ keys }: AccountDeps): OperationHandler<'listApiKeys'> {
  return async ({ query: { limit, cursor } }, context) => {
    const page = await keys.list(context.account.id, { limit: limit ?? 50, cursor });
    return { status: 200, body: { items: page.items.map(apiKeyView), nextCursor: page.nextCursor } };
  };
}
