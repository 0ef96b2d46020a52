import { ResourceNotFoundError } from '../../http/http-errors.js';
import type { OperationHandler } from '../../http/operation.js';
import type { TrunkDeps } from '../trunk-deps.js';
import { trunkView } from '../trunk-view.js';

export function getTrunk({ trunks }: TrunkDeps): OperationHandler<'getTrunk'> {
  return async ({ params }, context) => {
    const trunk = await trunks.get(context.account.id, params.trunkId);
    if (!trunk) throw new ResourceNotFoundError('trunk', params.trunkId);
    return { status: 200, body: trunkView(trunk) };
  };
}
