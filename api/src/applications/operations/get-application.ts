import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { ApplicationDeps } from '../application-deps.js';
import { applicationView } from '../application-view.js';

export function getApplication({ applications }: ApplicationDeps): OperationHandler<'getApplication'> {
  return async ({ params }, context) => {
    const application = await applications.get(context.account.id, params.applicationId);
    if (!application) throw new ResourceNotFoundError('application', params.applicationId);
    return { status: 200, body: applicationView(application) };
  };
}
