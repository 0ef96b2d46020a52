import type { Principal } from '../operation/principal.js';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { withChange } from '../store/with-change.js';
import type { Agent } from './agent.js';
import type { AgentDeps } from './agent-deps.js';
import { changeAgent, mayChange } from './update-agent.js';

/** Ends an agent's sessions, lets no new call ring it and no login in, until it is restored. A call under way goes on. @throws ResourceNotFoundError, ScopeNotGrantableError */
export async function forceOffline(deps: AgentDeps, by: Principal, accountId: string, id: string): Promise<Agent> {
  await checkMayChange(deps, by, accountId, id);
  const agent = await changeAgent(deps, accountId, id, (one) =>
    one.blockedAt === undefined ? { ...one, blockedAt: deps.clock.now() } : one,
  );
  await deps.access.endSessions(agent, 'forcedOffline');
  return agent;
}

/** Lets an agent who was forced offline log in again. @throws ResourceNotFoundError, ScopeNotGrantableError */
export async function restoreAgent(deps: AgentDeps, by: Principal, accountId: string, id: string): Promise<Agent> {
  await checkMayChange(deps, by, accountId, id);
  return changeAgent(deps, accountId, id, (one) =>
    one.blockedAt === undefined ? one : withChange(one, { blockedAt: null }),
  );
}

async function checkMayChange(deps: AgentDeps, by: Principal, accountId: string, id: string): Promise<void> {
  const agent = await deps.agents.get(accountId, id);
  if (!agent) throw new ResourceNotFoundError('agent', id);
  await mayChange(deps, by, agent);
}
