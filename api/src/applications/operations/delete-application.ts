import type { OperationHandler } from '../../operation/handler.js';
import type { ApplicationDeps } from '../application-deps.js';
import { deleteApplication as remove } from '../delete-application.js';

export function deleteApplication(deps: ApplicationDeps): OperationHandler<'deleteApplication'> {
  return async ({ params }, context) => {
    await remove(deps, context.account.id, params.applicationId);
    return { status: 204 };
  };
}
