import type { Agent } from '../../agents/agent.js';
import type { Principal } from '../../operation/principal.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { Asker } from '../agent-signal.js';
import { absentStatusView, agentStatusView } from '../agent-status-view.js';
import { dayIn } from '../day-in.js';
import type { AgentStatusDeps } from './agent-status-deps.js';

/** The agent's record. @throws ResourceNotFoundError */
export async function recordOf(
  { agents }: Pick<AgentStatusDeps, 'agents'>,
  accountId: string,
  agentId: string,
): Promise<Agent> {
  const agent = await agents.get(accountId, agentId);
  if (!agent) throw new ResourceNotFoundError('agent', agentId);
  return agent;
}

/** The agent's status as it is now, as the API shows it. */
export async function statusOf(deps: AgentStatusDeps, agent: Agent) {
  const live = await deps.atWork.get(agent.accountId, agent.id);
  return live ? agentStatusView(live, await today(deps, agent.accountId)) : absentStatusView(agent);
}

/** Today in the account's contact centre. */
export async function today({ settingsOf, clock }: AgentStatusDeps, accountId: string): Promise<string> {
  return dayIn((await settingsOf(accountId)).timeZone, clock.now());
}

/** Who changes the status of that agent: itself, or somebody else. */
export function askerOf(principal: Principal, agentId: string): Asker {
  const byId = principal.kind === 'key' ? principal.key.id : principal.agent.id;
  return { by: byId === agentId ? 'agent' : 'admin', byId };
}
