import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { TrunkDeps } from '../trunk-deps.js';
import { currentTrunkView } from '../trunk-view.js';

export function getTrunk(deps: TrunkDeps): OperationHandler<'getTrunk'> {
  return async ({ params }, context) => {
    const trunk = await deps.trunks.get(context.account.id, params.trunkId);
    if (!trunk) throw new ResourceNotFoundError('trunk', params.trunkId);
    return { status: 200, body: await currentTrunkView(deps, trunk) };
  };
}
