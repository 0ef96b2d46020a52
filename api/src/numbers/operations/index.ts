import type { OperationHandlers } from '../../operation/handler.js';
import type { NumberDeps } from '../number-deps.js';
import { createNumber } from './create-number.js';
import { deleteNumber } from './delete-number.js';
import { getNumber } from './get-number.js';
import { listNumbers } from './list-numbers.js';
import { updateNumber } from './update-number.js';

/** The HTTP face of numbers. */
export function numberOperations(deps: NumberDeps) {
  return {
    createNumber: createNumber(deps),
    listNumbers: listNumbers(deps),
    getNumber: getNumber(deps),
    updateNumber: updateNumber(deps),
    deleteNumber: deleteNumber(deps),
  } satisfies Partial<OperationHandlers>;
}
