import type { OperationHandlers } from '../../operation/handler.js';
import type { ApplicationDeps } from '../application-deps.js';
import { createApplication } from './create-application.js';
import { deleteApplication } from './delete-application.js';
import { getApplication } from './get-application.js';
import { listApplications } from './list-applications.js';
import { rotateApplicationSigningSecret } from './rotate-application-signing-secret.js';
import { updateApplication } from './update-application.js';

/** The HTTP face of applications. */
export function applicationOperations(deps: ApplicationDeps) {
  return {
    createApplication: createApplication(deps),
    listApplications: listApplications(deps),
    getApplication: getApplication(deps),
    updateApplication: updateApplication(deps),
    deleteApplication: deleteApplication(deps),
    rotateApplicationSigningSecret: rotateApplicationSigningSecret(deps),
  } satisfies Partial<OperationHandlers>;
}
