import type { OperationHandler } from '../../operation/handler.js';
import type { ApplicationDeps } from '../application-deps.js';
import { applicationView } from '../application-view.js';
import { createApplication as create } from '../create-application.js';

export function createApplication(deps: ApplicationDeps): OperationHandler<'createApplication'> {
  return async ({ body }, context) => {
    const application = await create(deps, context.account.id, body);
    return { status: 201, body: applicationView(application) };
  };
}
