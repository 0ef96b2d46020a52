import type { OperationHandler } from '../../operation/handler.js';
import { deleteTrunk as remove } from '../delete-trunk.js';
import type { TrunkDeps } from '../trunk-deps.js';

export function deleteTrunk(deps: TrunkDeps): OperationHandler<'deleteTrunk'> {
  return async ({ params }, context) => {
    await remove(deps, context.account.id, params.trunkId);
    return { status: 204 };
  };
}
