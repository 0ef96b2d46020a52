import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { AgentDeps } from '../agent-deps.js';
import { leaveGroup } from '../group-membership.js';

export function removeAgentFromSkillGroup(deps: AgentDeps): OperationHandler<'removeAgentFromSkillGroup'> {
  return async ({ params: { agentId, skillGroupId } }, { account }) => {
    const group = await deps.skillGroups.get(account.id, skillGroupId);
    if (!group) throw new ResourceNotFoundError('skill group', skillGroupId);
    await leaveGroup(deps, account.id, agentId, skillGroupId);
    return { status: 204 };
  };
}
