import type { OperationHandler } from '../../operation/handler.js';
import type { NumberDeps } from '../number-deps.js';
import { numberView } from '../number-view.js';
import { updateNumber as update } from '../update-number.js';

export function updateNumber(deps: NumberDeps): OperationHandler<'updateNumber'> {
  return async ({ params, body }, context) => {
    const number = await update(deps, context.account, params.numberId, body);
    return { status: 200, body: numberView(number) };
  };
}
