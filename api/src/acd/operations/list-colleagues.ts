import type { Schema } from '@hookswitch/openapi/operations';
import type { Agent } from '../../agents/agent.js';
import type { OperationHandler } from '../../operation/handler.js';
import { isAvailable } from '../agent-state.js';
import type { LiveAgent } from '../live-records.js';
import type { AgentStatusDeps } from './agent-status-deps.js';

/** Whom an agent may look for: without what is nobody's business but the administrators'. */
export function listColleagues(deps: AgentStatusDeps): OperationHandler<'listColleagues'> {
  return async ({ query: { limit, cursor, name, email, skillGroupId, available, ...exact } }, { account }) => {
    const page = await deps.agents.list(account.id, {
      where: {
        ...exact,
        ...(name === undefined ? {} : { name: { part: name } }),
        ...(email === undefined ? {} : { email: email.trim().toLowerCase() }),
        ...(skillGroupId === undefined ? {} : { skillGroupIds: { contains: skillGroupId } }),
        ...(available === true ? { id: { in: await availableIds(deps, account.id) } } : {}),
      },
      limit: limit ?? 50,
      cursor,
    });
    const items = await Promise.all(
      page.items.map(async (agent) => colleagueView(agent, await deps.live.get(account.id, 'agent', agent.id))),
    );
    return { status: 200, body: { items, nextCursor: page.nextCursor } };
  };
}

async function availableIds({ live }: AgentStatusDeps, accountId: string): Promise<string[]> {
  const { agents } = await live.load(accountId);
  return agents.filter(isAvailable).map(({ id }) => id);
}

function colleagueView(agent: Agent, live: LiveAgent | undefined): Schema<'Colleague'> {
  const { id, name, nickname, staffNumber, email, extension, skillGroupIds } = agent;
  return {
    agentId: id,
    name,
    nickname,
    staffNumber,
    email,
    extension: extension ?? null,
    skillGroupIds: [...skillGroupIds],
    status: live?.status ?? 'offline',
    restReason: live?.restReason ?? null,
    available: live !== undefined && isAvailable(live),
  };
}
