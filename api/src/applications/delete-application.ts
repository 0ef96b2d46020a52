import { ResourceNotFoundError } from '../operation/request-errors.js';
import type { ApplicationDeps } from './application-deps.js';
import { ApplicationInUseError } from './application-errors.js';

/** @throws ResourceNotFoundError, ApplicationInUseError while a number or phone names it */
export async function deleteApplication(
  { applications, applicationUsers }: ApplicationDeps,
  accountId: string,
  id: string,
): Promise<void> {
  for (const [name, users] of Object.entries(applicationUsers)) {
    if ((await users.count(accountId, { applicationId: id })) > 0) throw new ApplicationInUseError(name);
  }
  if (!(await applications.remove(accountId, id))) throw new ResourceNotFoundError('application', id);
}
