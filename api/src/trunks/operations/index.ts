import type { OperationHandlers } from '../../operation/handler.js';
import type { TrunkDeps } from '../trunk-deps.js';
import { createTrunk } from './create-trunk.js';
import { deleteTrunk } from './delete-trunk.js';
import { getTrunk } from './get-trunk.js';
import { listTrunks } from './list-trunks.js';
import { updateTrunk } from './update-trunk.js';

/** The HTTP face of trunks. */
export function trunkOperations(deps: TrunkDeps) {
  return {
    createTrunk: createTrunk(deps),
    listTrunks: listTrunks(deps),
    getTrunk: getTrunk(deps),
    updateTrunk: updateTrunk(deps),
    deleteTrunk: deleteTrunk(deps),
  } satisfies Partial<OperationHandlers>;
}
