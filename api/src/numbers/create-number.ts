import { BaseError } from '@hookswitch/kernel/base-error';
import type { Schema } from '@hookswitch/openapi/operations';
import { DuplicateRecordError } from '../store/tenant-collection.js';
import { timestamp } from '../store/timestamp.js';
import { checkNumberParts } from './check-number-parts.js';
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

/** @throws NumberTakenError, InvalidRequestError when something it names is not the account's */
export async function createNumber(
  deps: NumberDeps,
  accountId: string,
  request: Schema<'CreateNumberRequest'>,
): Promise<PhoneNumber> {
  await checkNumberParts(deps, accountId, request);
  const { numbers, clock, newId } = deps;
  const now = timestamp(clock);
  const number: PhoneNumber = {
    id: newId('PN'),
    accountId,
    number: request.number,
    name: request.name ?? request.number,
    ...(request.applicationId && { applicationId: request.applicationId }),
    ...(request.trunkId && { trunkId: request.trunkId }),
    ...(request.numberGroupId && { numberGroupId: request.numberGroupId }),
    ...(request.outboundSkillGroupIds && { outboundSkillGroupIds: request.outboundSkillGroupIds }),
    ...(request.forAgentMobiles !== undefined && { forAgentMobiles: request.forAgentMobiles }),
    ...(request.callOut !== undefined && { callOut: request.callOut }),
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
