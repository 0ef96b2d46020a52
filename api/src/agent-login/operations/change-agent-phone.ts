import { changeAgent, oneAgentView } from '../../agents/index.js';
import type { OperationHandler } from '../../operation/handler.js';
import { useCode } from '../codes.js';
import { agentToChange } from '../find-agent.js';
import type { LoginDeps } from '../login-deps.js';
import { CodeWrongError } from '../login-errors.js';

export function changeAgentPhone(deps: LoginDeps): OperationHandler<'changeAgentPhone'> {
  return async ({ params, body: { phone, code } }, context) => {
    const { account } = context;
    const agent = await agentToChange(deps, context, params.agentId);
    if (!(await useCode(deps, agent, 'phone', phone, code))) throw new CodeWrongError();
    const changed = await changeAgent(deps, account.id, agent.id, (one) => ({ ...one, phone }));
    return { status: 200, body: await oneAgentView(deps, changed) };
  };
}
