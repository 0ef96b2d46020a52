import type { Schema } from '@hookswitch/openapi/operations';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import { withChange } from '../store/with-change.js';
import type { Application } from './application.js';
import type { ApplicationDeps } from './application-deps.js';

/** @throws ResourceNotFoundError */
export async function updateApplication(
  { applications, clock }: ApplicationDeps,
  accountId: string,
  id: string,
  change: Schema<'UpdateApplicationRequest'>,
): Promise<Application> {
  const changed = await changeRecord(applications, clock, accountId, id, (application) =>
    withChange(application, change),
  );
  if (!changed) throw new ResourceNotFoundError('application', id);
  return changed;
}
