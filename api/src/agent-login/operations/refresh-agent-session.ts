import type { OperationHandler } from '../../operation/handler.js';
import type { LoginDeps } from '../login-deps.js';
import { grantView } from '../session-view.js';
import { refreshSession } from '../sessions.js';

export function refreshAgentSession(deps: LoginDeps): OperationHandler<'refreshAgentSession'> {
  return async ({ body }, { address }) => ({
    status: 200,
    body: await grantView(deps, await refreshSession(deps, body.refreshToken, address)),
  });
}
