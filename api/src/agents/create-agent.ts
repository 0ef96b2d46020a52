import type { Principal } from '../operation/principal.js';
import { InvalidRequestError } from '../operation/request-errors.js';
import { timestamp } from '../store/timestamp.js';
import { type Agent, defaultPriority, withGroups } from './agent.js';
import type { AgentDeps } from './agent-deps.js';
import { AgentLimitError, asAgentError } from './agent-errors.js';
import {
  type AgentFields,
  fieldFaults,
  memberships,
  mobileFaults,
  normalEmail,
  referenceFaults,
} from './check-agent.js';
import { checkRole } from './check-role.js';
import { tellChange } from './tell-change.js';

export interface NewAgent extends AgentFields {
  readonly email: string;
  readonly name: string;
  readonly staffNumber: string;
}

/**
 * Adds an agent.
 * @throws InvalidRequestError, ScopeNotGrantableError, AgentLimitError, AgentFieldTakenError
 */
export async function createAgent(
  deps: AgentDeps,
  by: Principal,
  accountId: string,
  request: NewAgent,
  options: { readonly sendPassword: boolean },
): Promise<Agent> {
  const { agents, settingsOf, clock, newId, access } = deps;
  const email = normalEmail(request.email);
  const faults = [...fieldFaults({ ...request, email }), ...mobileFaults(request)];
  if (faults.length === 0) faults.push(...(await referenceFaults(deps, accountId, request)));
  if (faults.length > 0) throw new InvalidRequestError(faults);
  access.checkAdmission(options);
  await checkRole(deps, by, accountId, request.role ?? 'agent');
  const { agentLimit } = await settingsOf(accountId);
  if ((await agents.count(accountId)) >= agentLimit) throw new AgentLimitError(agentLimit);

  const now = timestamp(clock);
  const { phone, extension, endpointId, ringing } = request;
  const agent: Agent = {
    id: newId('AG'),
    accountId,
    email,
    name: request.name.trim(),
    staffNumber: request.staffNumber,
    nickname: request.nickname ?? '',
    ...(phone && { phone }),
    ...(extension && { extension }),
    ...(endpointId && { endpointId }),
    ...(ringing && { ringing }),
    role: request.role ?? 'agent',
    ...withGroups(memberships(request.skillGroups ?? [], defaultPriority)),
    mobileAnswer: request.mobileAnswer ?? 'off',
    mobileCallOut: request.mobileCallOut ?? false,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  try {
    await agents.insert(agent);
  } catch (error) {
    throw asAgentError(error);
  }
  // Others may have been added in the same moment: of too many none stays.
  if ((await agents.count(accountId)) > agentLimit) {
    await agents.remove(accountId, agent.id);
    throw new AgentLimitError(agentLimit);
  }
  await access.admit(agent, options);
  await tellChange(deps, undefined, agent);
  return agent;
}
