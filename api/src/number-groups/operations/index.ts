import type { OperationHandlers } from '../../operation/handler.js';
import type { NumberGroupDeps } from '../number-group-deps.js';
import { createNumberGroup } from './create-number-group.js';
import { deleteNumberGroup } from './delete-number-group.js';
import { getNumberGroup } from './get-number-group.js';
import { listNumberGroups } from './list-number-groups.js';
import { updateNumberGroup } from './update-number-group.js';

/** The HTTP face of number groups. */
export function numberGroupOperations(deps: NumberGroupDeps) {
  return {
    createNumberGroup: createNumberGroup(deps),
    listNumberGroups: listNumberGroups(deps),
    getNumberGroup: getNumberGroup(deps),
    updateNumberGroup: updateNumberGroup(deps),
    deleteNumberGroup: deleteNumberGroup(deps),
  } satisfies Partial<OperationHandlers>;
}
