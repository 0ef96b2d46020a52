import { BaseError } from '@hookswitch/kernel/base-error';
import type { Schema } from '@hookswitch/openapi/operations';
import { checkApplication } from '../applications/index.js';
import { DuplicateRecordError } from '../store/tenant-collection.js';
import { timestamp } from '../store/timestamp.js';
import { checkTrunk } from '../trunks/index.js';
import type { NumberDeps } from './number-deps.js';
import type { PhoneNumber } from './phone-number-record.js';

/** The number belongs to this or another account already. */
export class NumberTakenError extends BaseError {
  constructor() {
    super(
      'conflict',
      'already-exists',
      'The number is in use on this installation. Delete it where it is, or choose another.',
      {
        fields: [{ pointer: '/number', message: 'is in use' }],
      },
    );
  }
}

/** @throws NumberTakenError, InvalidRequestError when application or trunk is not the account's */
export async function createNumber(
  { numbers, applications, trunks, clock, newId }: NumberDeps,
  accountId: string,
  request: Schema<'CreateNumberRequest'>,
): Promise<PhoneNumber> {
  await checkApplication(applications, accountId, request.applicationId);
  await checkTrunk(trunks, accountId, request.trunkId);
  const now = timestamp(clock);
  const number: PhoneNumber = {
    id: newId('PN'),
    accountId,
    number: request.number,
    name: request.name ?? request.number,
    ...(request.applicationId && { applicationId: request.applicationId }),
    ...(request.trunkId && { trunkId: request.trunkId }),
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  try {
    await numbers.insert(number);
  } catch (error) {
    throw error instanceof DuplicateRecordError ? new NumberTakenError() : error;
  }
  return number;
}
