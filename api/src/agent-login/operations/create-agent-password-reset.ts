import type { OperationHandler } from '../../operation/handler.js';
import type { LoginDeps } from '../login-deps.js';
import { resetPasswordByCode } from '../passwords.js';

export function createAgentPasswordReset(deps: LoginDeps): OperationHandler<'createAgentPasswordReset'> {
  return async ({ body }, { address }) => {
    await resetPasswordByCode(deps, body, address);
    return { status: 204 };
  };
}
