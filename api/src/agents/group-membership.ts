import { InvalidRequestError, ResourceNotFoundError } from '../operation/request-errors.js';
import { type Agent, defaultPriority, withGroups } from './agent.js';
import type { AgentDeps } from './agent-deps.js';
import { isPriority } from './check-agent.js';
import { changeAgent } from './update-agent.js';

/** Puts an agent in a group, or changes its priority there. @throws ResourceNotFoundError, InvalidRequestError */
export async function joinGroup(
  deps: AgentDeps,
  accountId: string,
  agentId: string,
  skillGroupId: string,
  priority: number = defaultPriority,
): Promise<Agent> {
  if (!isPriority(priority))
    throw new InvalidRequestError([{ pointer: '/priority', message: 'must be a whole number from 1 to 5' }]);
  if (!(await deps.skillGroups.get(accountId, skillGroupId)))
    throw new ResourceNotFoundError('skill group', skillGroupId);
  return changeAgent(deps, accountId, agentId, (agent) => {
    const others = agent.skillGroups.filter((one) => one.skillGroupId !== skillGroupId);
    return { ...agent, ...withGroups([...others, { skillGroupId, priority }]) };
  });
}

/** Takes an agent out of a group; one who is not in it stays as it is. @throws ResourceNotFoundError */
export async function leaveGroup(
  deps: Pick<AgentDeps, 'agents' | 'clock' | 'agentChanged' | 'logger'>,
  accountId: string,
  agentId: string,
  skillGroupId: string,
): Promise<Agent> {
  return changeAgent(deps, accountId, agentId, (agent) => {
    if (!agent.skillGroupIds.includes(skillGroupId)) return agent;
    return { ...agent, ...withGroups(agent.skillGroups.filter((one) => one.skillGroupId !== skillGroupId)) };
  });
}

/** Takes every agent out of a group that is gone. */
export async function emptyGroup(
  deps: Pick<AgentDeps, 'agents' | 'clock' | 'agentChanged' | 'logger'>,
  accountId: string,
  skillGroupId: string,
): Promise<void> {
  for (;;) {
    const { items } = await deps.agents.list(accountId, {
      where: { skillGroupIds: { contains: skillGroupId } },
      limit: 100,
    });
    if (items.length === 0) return;
    for (const { id } of items) {
      await leaveGroup(deps, accountId, id, skillGroupId).catch((error: unknown) => {
        // Deleted meanwhile: it is in no group any more.
        if (!(error instanceof ResourceNotFoundError)) throw error;
      });
    }
  }
}
