import type { OperationHandler } from '../../operation/handler.js';
import type { AgentDeps } from '../agent-deps.js';
import { oneAgentView } from '../agent-view.js';
import { joinGroup } from '../group-membership.js';

export function addAgentToSkillGroup(deps: AgentDeps): OperationHandler<'addAgentToSkillGroup'> {
  return async ({ params: { agentId, skillGroupId }, body }, { account }) => {
    const agent = await joinGroup(deps, account.id, agentId, skillGroupId, body.priority);
    return { status: 200, body: await oneAgentView(deps, agent) };
  };
}
