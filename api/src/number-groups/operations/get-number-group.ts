import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { NumberGroupDeps } from '../number-group-deps.js';
import { numberGroupView } from '../number-group-view.js';

export function getNumberGroup({ numberGroups }: NumberGroupDeps): OperationHandler<'getNumberGroup'> {
  return async ({ params }, context) => {
    const numberGroup = await numberGroups.get(context.account.id, params.numberGroupId);
    if (!numberGroup) throw new ResourceNotFoundError('number group', params.numberGroupId);
    return { status: 200, body: numberGroupView(numberGroup) };
  };
}
