import type { OperationHandler } from '../../operation/handler.js';
import { createNumberGroup as create } from '../create-number-group.js';
import type { NumberGroupDeps } from '../number-group-deps.js';
import { numberGroupView } from '../number-group-view.js';

export function createNumberGroup(deps: NumberGroupDeps): OperationHandler<'createNumberGroup'> {
  return async ({ body }, context) => ({
    status: 201,
    body: numberGroupView(await create(deps, context.account, body)),
  });
}
