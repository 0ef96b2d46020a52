import type { OperationHandler } from '../../operation/handler.js';
import type { ApplicationDeps } from '../application-deps.js';
import { applicationView } from '../application-view.js';
import { updateApplication as update } from '../update-application.js';

export function updateApplication(deps: ApplicationDeps): OperationHandler<'updateApplication'> {
  return async ({ params, body }, context) => {
    const application = await update(deps, context.account.id, params.applicationId, body);
    return { status: 200, body: applicationView(application) };
  };
}
