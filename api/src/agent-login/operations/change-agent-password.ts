import type { OperationHandler } from '../../operation/handler.js';
import { agentToChange } from '../find-agent.js';
import type { LoginDeps } from '../login-deps.js';
import { changeOwnPassword } from '../passwords.js';

export function changeAgentPassword(deps: LoginDeps): OperationHandler<'changeAgentPassword'> {
  return async ({ params, body }, context) => {
    const { principal } = context;
    const agent = await agentToChange(deps, context, params.agentId);
    const kept = principal.kind === 'agent' ? principal.sessionId : undefined;
    await changeOwnPassword(deps, agent, body, kept);
    return { status: 204 };
  };
}
