import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { AccountDeps } from '../account-deps.js';
import { apiKeyView } from '../account-view.js';

export function getApiKey({ keys }: AccountDeps): OperationHandler<'getApiKey'> {
  return async ({ params }, context) => {
    const key = await keys.get(context.account.id, params.apiKeyId);
    if (!key) throw new ResourceNotFoundError('API key', params.apiKeyId);
    return { status: 200, body: apiKeyView(key) };
  };
}
