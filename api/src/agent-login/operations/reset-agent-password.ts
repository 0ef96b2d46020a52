import type { OperationHandler } from '../../operation/handler.js';
import { agentToChange } from '../find-agent.js';
import type { LoginDeps } from '../login-deps.js';
import { resetPassword } from '../passwords.js';

export function resetAgentPassword(deps: LoginDeps): OperationHandler<'resetAgentPassword'> {
  return async ({ params, body }, context) => {
    const agent = await agentToChange(deps, context, params.agentId);
    await resetPassword(deps, agent, body.password);
    return { status: 204 };
  };
}
