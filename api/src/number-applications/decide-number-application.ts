import type { Schema } from '@hookswitch/openapi/operations';
import type { Account } from '../accounts/index.js';
import { createNumber } from '../numbers/index.js';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import type { NumberApplication } from './number-application.js';
import type { NumberApplicationDeps } from './number-application-deps.js';
import { NumberApplicationDecidedError } from './number-application-errors.js';

/** Takes the number into the account. @throws ResourceNotFoundError, NumberApplicationDecidedError, NumberTakenError */
export async function approveNumberApplication(
  deps: NumberApplicationDeps,
  account: Pick<Account, 'id' | 'edition'>,
  id: string,
  { number, trunkId }: Schema<'ApproveNumberApplicationRequest'>,
): Promise<NumberApplication> {
  const { id: accountId } = account;
  const application = await pending(deps, accountId, id);
  const made = await createNumber(deps, account, {
    number,
    ...(trunkId === undefined ? {} : { trunkId }),
    callOut: application.kind !== 'tollFree',
  });
  try {
    return await decide(deps, accountId, id, { status: 'approved', numberId: made.id });
  } catch (error) {
    // Somebody else decided meanwhile: this number came of nothing.
    await deps.numbers.remove(accountId, made.id);
    throw error;
  }
}

/** @throws ResourceNotFoundError, NumberApplicationDecidedError */
export async function rejectNumberApplication(
  deps: NumberApplicationDeps,
  accountId: string,
  id: string,
  { reason }: Schema<'RejectNumberApplicationRequest'>,
): Promise<NumberApplication> {
  await pending(deps, accountId, id);
  return decide(deps, accountId, id, { status: 'rejected', reason });
}

async function pending(deps: NumberApplicationDeps, accountId: string, id: string): Promise<NumberApplication> {
  const application = await deps.numberApplications.get(accountId, id);
  if (!application) throw new ResourceNotFoundError('number application', id);
  return stillPending(application);
}

async function decide(
  { numberApplications, clock }: NumberApplicationDeps,
  accountId: string,
  id: string,
  decision: Pick<NumberApplication, 'status' | 'numberId' | 'reason'>,
): Promise<NumberApplication> {
  const decided = await changeRecord(numberApplications, clock, accountId, id, (application) => ({
    ...stillPending(application),
    ...decision,
  }));
  if (!decided) throw new ResourceNotFoundError('number application', id);
  return decided;
}

function stillPending(application: NumberApplication): NumberApplication {
  if (application.status !== 'pending') throw new NumberApplicationDecidedError(application.status);
  return application;
}
