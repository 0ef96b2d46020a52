import type { OperationHandler } from '../../operation/handler.js';
import { logIn } from '../log-in.js';
import type { LoginDeps } from '../login-deps.js';
import { grantView } from '../session-view.js';

export function createAgentSession(deps: LoginDeps): OperationHandler<'createAgentSession'> {
  return async ({ body }, { address }) => ({
    status: 201,
    body: await grantView(deps, await logIn(deps, body, address)),
  });
}
