import { ResourceNotFoundError } from '../../http/http-errors.js';
import type { OperationHandler } from '../../http/operation.js';
import type { TrunkDeps } from '../trunk-deps.js';
import { currentTrunkView } from '../trunk-view.js';

export function getTrunk(deps: TrunkDeps): OperationHandler<'getTrunk'> {
  return async ({ params }, context) => {
    const trunk = await deps.trunks.get(context.account.id, params.trunkId);
    if (!trunk) throw new ResourceNotFoundError('trunk', params.trunkId);
    return { status: 200, body: await currentTrunkView(deps, trunk) };
  };
}
