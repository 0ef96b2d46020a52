import type { Schema } from '@hookswitch/openapi/operations';
import type { Account } from '../accounts/index.js';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import { withChange } from '../store/with-change.js';
import { checkNumberParts } from './check-number-parts.js';
import type { NumberDeps } from './number-deps.js';
import { checkNumberFlows, numberRuns } from './number-flows.js';
import type { PhoneNumber } from './phone-number-record.js';

/** @throws ResourceNotFoundError, InvalidRequestError when something it names is not the account's; EditionRequiredError */
export async function updateNumber(
  deps: NumberDeps,
  account: Pick<Account, 'id' | 'edition'>,
  id: string,
  change: Schema<'UpdateNumberRequest'>,
): Promise<PhoneNumber> {
  const { numbers, clock } = deps;
  const { id: accountId } = account;
  if (!(await numbers.get(accountId, id))) throw new ResourceNotFoundError('number', id);
  await checkNumberParts(deps, accountId, change);
  await checkNumberFlows(deps, account, change);
  const { flow: _flow, closedFlow: _closedFlow, ...parts } = change;
  const whole = { ...parts, ...numberRuns(change) };
  const changed = await changeRecord(numbers, clock, accountId, id, (number) => withChange(number, whole));
  if (!changed) throw new ResourceNotFoundError('number', id);
  return changed;
}
