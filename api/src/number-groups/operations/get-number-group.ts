import { ResourceNotFoundError } from '../../http/http-errors.js';
import type { OperationHandler } from '../../http/operation.js';
import type { NumberGroupDeps } from '../number-group-deps.js';
import { numberGroupView } from '../number-group-view.js';

export function getNumberGroup({ numberGroups }: NumberGroupDeps): OperationHandler<'getNumberGroup'> {
  return async ({ params }, context) => {
    const numberGroup = await numberGroups.get(context.account.id, params.numberGroupId);
    if (!numberGroup) throw new ResourceNotFoundError('number group', params.numberGroupId);
    return { status: 200, body: numberGroupView(numberGroup) };
  };
}
