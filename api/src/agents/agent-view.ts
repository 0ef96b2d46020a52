import type { Schema } from '@hookswitch/openapi/operations';
import type { Agent } from './agent.js';
import type { AgentDeps } from './agent-deps.js';

/** Agents as users see them, with the names of their groups. A group that is gone is left out. */
export async function agentViews(
  { skillGroups }: Pick<AgentDeps, 'skillGroups'>,
  accountId: string,
  agents: readonly Agent[],
): Promise<Schema<'Agent'>[]> {
  const ids = [...new Set(agents.flatMap(({ skillGroupIds }) => skillGroupIds))];
  const names = new Map<string, string>();
  if (ids.length > 0) {
    const { items } = await skillGroups.list(accountId, { where: { id: { in: ids } }, limit: ids.length });
    for (const { id, name } of items) names.set(id, name);
  }
  return agents.map((agent) => agentView(agent, names));
}

/** One agent as users see it. */
export async function oneAgentView(deps: Pick<AgentDeps, 'skillGroups'>, agent: Agent): Promise<Schema<'Agent'>> {
  return (await agentViews(deps, agent.accountId, [agent]))[0]!;
}

function agentView(agent: Agent, groupNames: ReadonlyMap<string, string>): Schema<'Agent'> {
  const { id, accountId, email, name, staffNumber, nickname, role, mobileAnswer, mobileCallOut } = agent;
  return {
    id,
    accountId,
    email,
    name,
    staffNumber,
    nickname,
    phone: agent.phone ?? null,
    extension: agent.extension ?? null,
    role,
    skillGroups: agent.skillGroups.flatMap(({ skillGroupId, priority }) => {
      const groupName = groupNames.get(skillGroupId);
      return groupName === undefined ? [] : [{ skillGroupId, name: groupName, type: 'phone' as const, priority }];
    }),
    endpointId: agent.endpointId ?? null,
    mobileAnswer,
    ringing: agent.ringing ?? null,
    mobileCallOut,
    blockedAt: agent.blockedAt === undefined ? null : new Date(agent.blockedAt).toISOString(),
    createdAt: agent.createdAt,
    updatedAt: agent.updatedAt,
    revision: agent.revision,
  };
}
