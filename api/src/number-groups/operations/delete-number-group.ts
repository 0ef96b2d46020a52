import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { NumberGroupDeps } from '../number-group-deps.js';
import { NumberGroupInUseError } from '../number-group-errors.js';

export function deleteNumberGroup({ numberGroups, numbers }: NumberGroupDeps): OperationHandler<'deleteNumberGroup'> {
  return async ({ params: { numberGroupId } }, context) => {
    if ((await numbers.count(context.account.id, { numberGroupId })) > 0) throw new NumberGroupInUseError();
    if (!(await numberGroups.remove(context.account.id, numberGroupId))) {
      throw new ResourceNotFoundError('number group', numberGroupId);
    }
    return { status: 204 };
  };
}
