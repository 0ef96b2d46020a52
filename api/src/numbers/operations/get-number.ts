import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { NumberDeps } from '../number-deps.js';
import { numberView } from '../number-view.js';

export function getNumber({ numbers }: NumberDeps): OperationHandler<'getNumber'> {
  return async ({ params }, context) => {
    const number = await numbers.get(context.account.id, params.numberId);
    if (!number) throw new ResourceNotFoundError('number', params.numberId);
    return { status: 200, body: numberView(number) };
  };
}
