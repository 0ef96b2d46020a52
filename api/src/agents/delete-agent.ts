import type { Principal } from '../operation/principal.js';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import type { AgentDeps } from './agent-deps.js';
import { AgentAtWorkError } from './agent-errors.js';
import { tellChange } from './tell-change.js';
import { mayChange } from './update-agent.js';

/** Deletes an agent who is not at work, with all it could log in with. What it did stays recorded. @throws ResourceNotFoundError, AgentAtWorkError, ScopeNotGrantableError */
export async function deleteAgent(deps: AgentDeps, by: Principal, accountId: string, id: string): Promise<void> {
  const { agents, access, isAtWork } = deps;
  const agent = await agents.get(accountId, id);
  if (!agent) throw new ResourceNotFoundError('agent', id);
  await mayChange(deps, by, agent);
  if (await isAtWork(accountId, id)) throw new AgentAtWorkError();
  await agents.remove(accountId, id);
  await access.remove(agent);
  await tellChange(deps, agent, undefined);
}
