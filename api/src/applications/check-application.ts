import { InvalidRequestError } from '../operation/request-errors.js';
import type { ApplicationStore } from './application.js';

/** @throws InvalidRequestError when something is to be bound to an application that the account does not have */
export async function checkApplication(
  applications: Pick<ApplicationStore, 'get'>,
  accountId: string,
  applicationId: string | null | undefined,
): Promise<void> {
  if (applicationId === null || applicationId === undefined) return;
  if (await applications.get(accountId, applicationId)) return;
  throw new InvalidRequestError([
    { pointer: '/applicationId', message: `must be the id of one of the account's applications` },
  ]);
}
