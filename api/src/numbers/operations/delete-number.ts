import type { OperationHandler } from '../../operation/handler.js';
import { deleteNumber as remove } from '../delete-number.js';
import type { NumberDeps } from '../number-deps.js';

export function deleteNumber(deps: NumberDeps): OperationHandler<'deleteNumber'> {
  return async ({ params }, context) => {
    await remove(deps, context.account.id, params.numberId);
    return { status: 204 };
  };
}
