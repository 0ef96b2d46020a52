import type { OperationHandler } from '../../operation/handler.js';
import { pageById } from '../../store/page-by-id.js';
import { agentStatusView } from '../agent-status-view.js';
import type { AgentStatusDeps } from './agent-status-deps.js';
import { today } from './one-status.js';

export function listAgentStatuses(deps: AgentStatusDeps): OperationHandler<'listAgentStatuses'> {
  return async ({ query: { status, skillGroupId, limit, cursor } }, { account, onlyAgentId }) => {
    const { agents } = await deps.live.load(account.id);
    const wanted = agents.filter(
      (agent) =>
        (onlyAgentId === undefined || agent.id === onlyAgentId) &&
        (status === undefined || agent.status === status) &&
        (skillGroupId === undefined || agent.skillGroups.some((group) => group.skillGroupId === skillGroupId)),
    );
    const { items, nextCursor } = pageById(wanted, limit ?? 50, cursor);
    const day = await today(deps, account.id);
    return { status: 200, body: { items: items.map((agent) => agentStatusView(agent, day)), nextCursor } };
  };
}
