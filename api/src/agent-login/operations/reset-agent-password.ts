import { mayChange } from '../../agents/index.js';
import type { OperationHandler } from '../../http/operation.js';
import { findAgent } from '../find-agent.js';
import type { LoginDeps } from '../login-deps.js';
import { resetPassword } from '../passwords.js';

export function resetAgentPassword(deps: LoginDeps): OperationHandler<'resetAgentPassword'> {
  return async ({ params, body }, { account, principal }) => {
    const agent = await findAgent(deps, account.id, params.agentId);
    await mayChange(deps, principal, agent);
    await resetPassword(deps, agent, body.password);
    return { status: 204 };
  };
}
