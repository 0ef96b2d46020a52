import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { changeRecord } from '../../store/change-record.js';
import type { AccountDeps } from '../account-deps.js';
import { apiKeyView } from '../account-view.js';
import { checkGrant } from '../create-api-key.js';

export function updateApiKey({ keys, clock }: AccountDeps): OperationHandler<'updateApiKey'> {
  return async ({ params, body }, context) => {
    if (body.scopes) checkGrant(context.principal, body.scopes);
    const key = await changeRecord(keys, clock, context.account.id, params.apiKeyId, (old) => ({
      ...old,
      name: body.name ?? old.name,
      scopes: [...new Set(body.scopes ?? old.scopes)],
    }));
    if (!key) throw new ResourceNotFoundError('API key', params.apiKeyId);
    return { status: 200, body: apiKeyView(key) };
  };
}
