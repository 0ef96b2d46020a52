import type { Schema } from '@hookswitch/openapi/operations';
import { ResourceNotFoundError } from '../http/http-errors.js';
import { changeRecord } from '../store/change-record.js';
import { withChange } from '../store/with-change.js';
import { checkNumberParts } from './check-number-parts.js';
import type { NumberDeps } from './number-deps.js';
import type { PhoneNumber } from './phone-number-record.js';

/** @throws ResourceNotFoundError, InvalidRequestError when something it names is not the account's */
export async function updateNumber(
  deps: NumberDeps,
  accountId: string,
  id: string,
  change: Schema<'UpdateNumberRequest'>,
): Promise<PhoneNumber> {
  const { numbers, clock } = deps;
  if (!(await numbers.get(accountId, id))) throw new ResourceNotFoundError('number', id);
  await checkNumberParts(deps, accountId, change);
  const changed = await changeRecord(numbers, clock, accountId, id, (number) => withChange(number, change));
  if (!changed) throw new ResourceNotFoundError('number', id);
  return changed;
}
