import type { OperationHandler } from '../../operation/handler.js';
import { createTrunk as create } from '../create-trunk.js';
import type { TrunkDeps } from '../trunk-deps.js';
import { trunkView } from '../trunk-view.js';

export function createTrunk(deps: TrunkDeps): OperationHandler<'createTrunk'> {
  return async ({ body }, context) => {
    const trunk = await create(deps, context.account.id, body);
    return { status: 201, body: trunkView(trunk, []) };
  };
}
