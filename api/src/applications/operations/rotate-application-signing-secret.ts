import type { OperationHandler } from '../../operation/handler.js';
import type { ApplicationDeps } from '../application-deps.js';
import { rotateSigningSecret } from '../rotate-signing-secret.js';

export function rotateApplicationSigningSecret(
  deps: ApplicationDeps,
): OperationHandler<'rotateApplicationSigningSecret'> {
  return async ({ params }, context) => ({
    status: 200,
    body: await rotateSigningSecret(deps, context.account.id, params.applicationId),
  });
}
