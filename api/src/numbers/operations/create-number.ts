import type { OperationHandler } from '../../operation/handler.js';
import { createNumber as create } from '../create-number.js';
import type { NumberDeps } from '../number-deps.js';
import { numberView } from '../number-view.js';

export function createNumber(deps: NumberDeps): OperationHandler<'createNumber'> {
  return async ({ body }, context) => {
    const number = await create(deps, context.account, body);
    return { status: 201, body: numberView(number) };
  };
}
