import type { OperationHandler } from '../../operation/handler.js';
import type { AccountDeps } from '../account-deps.js';
import { apiKeyView } from '../account-view.js';
import { createApiKey as create } from '../create-api-key.js';

export function createApiKey(deps: AccountDeps): OperationHandler<'createApiKey'> {
  return async ({ body }, context) => {
    const { apiKey, secret } = await create(deps, context.account.id, context.principal, body);
    return { status: 201, body: { apiKey: apiKeyView(apiKey), key: secret } };
  };
}
