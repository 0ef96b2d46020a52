import type { OperationHandler } from '../../operation/handler.js';
import type { AgentDeps } from '../agent-deps.js';
import { agentViews } from '../agent-view.js';
import { createAgents as create } from '../create-agents.js';

export function createAgents(deps: AgentDeps): OperationHandler<'createAgents'> {
  return async ({ body }, { account, principal }) => {
    const sendPassword = body.sendPassword ?? true;
    const { agents, errors } = await create(deps, principal, account.id, body.agents, { sendPassword });
    return { status: 200, body: { agents: await agentViews(deps, account.id, agents), errors } };
  };
}
