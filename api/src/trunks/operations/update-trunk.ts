import type { OperationHandler } from '../../operation/handler.js';
import type { TrunkDeps } from '../trunk-deps.js';
import { currentTrunkView } from '../trunk-view.js';
import { updateTrunk as update } from '../update-trunk.js';

export function updateTrunk(deps: TrunkDeps): OperationHandler<'updateTrunk'> {
  return async ({ params, body }, context) => {
    const trunk = await update(deps, context.account.id, params.trunkId, body);
    return { status: 200, body: await currentTrunkView(deps, trunk) };
  };
}
