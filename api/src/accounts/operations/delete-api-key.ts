import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { AccountDeps } from '../account-deps.js';

export function deleteApiKey({ keys }: AccountDeps): OperationHandler<'deleteApiKey'> {
  return async ({ params }, context) => {
    if (!(await keys.remove(context.account.id, params.apiKeyId)))
      throw new ResourceNotFoundError('API key', params.apiKeyId);
    return { status: 204 };
  };
}
