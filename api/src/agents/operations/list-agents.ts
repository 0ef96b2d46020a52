import type { OperationHandler } from '../../operation/handler.js';
import { asTimestamp } from '../../store/timestamp.js';
import type { AgentDeps } from '../agent-deps.js';
import { agentViews } from '../agent-view.js';
import { normalEmail } from '../check-agent.js';

export function listAgents(deps: AgentDeps): OperationHandler<'listAgents'> {
  return async ({ query }, { account }) => {
    const { limit, cursor, email, name, skillGroupId, modifiedSince, agentId, ...exact } = query;
    const where = {
      ...exact,
      ...(agentId !== undefined && { id: agentId }),
      ...(email !== undefined && { email: normalEmail(email) }),
      ...(name !== undefined && { name: { part: name } }),
      ...(skillGroupId !== undefined && { skillGroupIds: { contains: skillGroupId } }),
      ...(modifiedSince !== undefined && { updatedAt: { gte: asTimestamp(modifiedSince) } }),
    };
    const page = await deps.agents.list(account.id, { where, limit: limit ?? 50, cursor });
    const total = await deps.agents.count(account.id, where);
    const items = await agentViews(deps, account.id, page.items);
    return { status: 200, body: { items, nextCursor: page.nextCursor, total } };
  };
}
