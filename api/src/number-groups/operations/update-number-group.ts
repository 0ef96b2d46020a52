import type { OperationHandler } from '../../operation/handler.js';
import type { NumberGroupDeps } from '../number-group-deps.js';
import { numberGroupView } from '../number-group-view.js';
import { updateNumberGroup as update } from '../update-number-group.js';

export function updateNumberGroup(deps: NumberGroupDeps): OperationHandler<'updateNumberGroup'> {
  return async ({ params, body }, context) => ({
    status: 200,
    body: numberGroupView(await update(deps, context.account.id, params.numberGroupId, body)),
  });
}
