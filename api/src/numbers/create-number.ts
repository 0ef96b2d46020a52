import { BaseError } from '@hookswitch/kernel/base-error';
import type { Schema } from '@hookswitch/openapi/operations';
import type { Account } from '../accounts/index.js';
import { DuplicateRecordError } from '../store/tenant-collection.js';
import { timestamp } from '../store/timestamp.js';
import { withChange } from '../store/with-change.js';
import { checkNumberParts } from './check-number-parts.js';
import type { NumberDeps } from './number-deps.js';
import { checkNumberFlows, numberRuns } from './number-flows.js';
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

/** @throws NumberTakenError, InvalidRequestError when something it names is not the account's; EditionRequiredError */
export async function createNumber(
  deps: NumberDeps,
  account: Pick<Account, 'id' | 'edition'>,
  request: Schema<'CreateNumberRequest'>,
): Promise<PhoneNumber> {
  const { id: accountId } = account;
  await checkNumberParts(deps, accountId, request);
  await checkNumberFlows(deps, account, request);
  const { numbers, clock, newId } = deps;
  const now = timestamp(clock);
  const bare: PhoneNumber = {
    id: newId('PN'),
    accountId,
    number: request.number,
    name: request.name ?? request.number,
    ...(request.trunkId && { trunkId: request.trunkId }),
    ...(request.numberGroupId && { numberGroupId: request.numberGroupId }),
    ...(request.outboundSkillGroupIds && { outboundSkillGroupIds: request.outboundSkillGroupIds }),
    ...(request.forAgentMobiles !== undefined && { forAgentMobiles: request.forAgentMobiles }),
    ...(request.callOut !== undefined && { callOut: request.callOut }),
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  const number = withChange(bare, numberRuns(request));
  try {
    await numbers.insert(number);
  } catch (error) {
    throw error instanceof DuplicateRecordError ? new NumberTakenError() : error;
  }
  return number;
}
