import type { Schema } from '@hookswitch/openapi/operations';
import { checkApplication } from '../applications/index.js';
import { ResourceNotFoundError } from '../http/http-errors.js';
import { changeRecord } from '../store/change-record.js';
import { withChange } from '../store/with-change.js';
import { checkTrunk } from '../trunks/index.js';
import type { NumberDeps } from './number-deps.js';
import type { PhoneNumber } from './phone-number-record.js';

/** @throws ResourceNotFoundError, InvalidRequestError when application or trunk is not the account's */
export async function updateNumber(
  { numbers, applications, trunks, clock }: NumberDeps,
  accountId: string,
  id: string,
  change: Schema<'UpdateNumberRequest'>,
): Promise<PhoneNumber> {
  if (!(await numbers.get(accountId, id))) throw new ResourceNotFoundError('number', id);
  await checkApplication(applications, accountId, change.applicationId);
  await checkTrunk(trunks, accountId, change.trunkId);
  const changed = await changeRecord(numbers, clock, accountId, id, (number) => withChange(number, change));
  if (!changed) throw new ResourceNotFoundError('number', id);
  return changed;
}
