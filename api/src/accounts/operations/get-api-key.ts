import { ResourceNotFoundError } from '../../http/http-errors.js';
import type { OperationHandler } from '../../http/operation.js';
import type { AccountDeps } from '../account-deps.js';
import { apiKeyView } from '../account-view.js';

export function getApiKey({ keys }: AccountDeps): OperationHandler<'getApiKey'> {
  return async ({ params }, context) => {
    const key = await keys.get(context.account.id, params.apiKeyId);
    if (!key) throw new ResourceNotFoundError('API key', params.apiKeyId);
    return { status: 200, body: apiKeyView(key) };
  };
}
