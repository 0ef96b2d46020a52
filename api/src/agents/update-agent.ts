import type { FieldError } from '@hookswitch/kernel/base-error';
import type { Principal } from '../operation/principal.js';
import { InvalidRequestError, ResourceNotFoundError } from '../operation/request-errors.js';
import { checkGrants, findRole } from '../roles/index.js';
import { changeRecord } from '../store/change-record.js';
import { withChange } from '../store/with-change.js';
import { type Agent, defaultPriority, withGroups } from './agent.js';
import type { AgentDeps } from './agent-deps.js';
import { asAgentError } from './agent-errors.js';
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

/**
 * Changes an agent; groups given replace those before.
 * @throws ResourceNotFoundError, InvalidRequestError, ScopeNotGrantableError, AgentFieldTakenError
 */
export async function updateAgent(
  deps: AgentDeps,
  by: Principal,
  accountId: string,
  id: string,
  fields: AgentFields,
): Promise<Agent> {
  const { email: given, skillGroups, ...change } = fields;
  const email = given === undefined ? undefined : normalEmail(given);
  const faults = fieldFaults({ ...fields, email });
  if (faults.length === 0) faults.push(...(await referenceFaults(deps, accountId, fields)));
  throwFaults(faults);
  const found = await deps.agents.get(accountId, id);
  if (!found) throw new ResourceNotFoundError('agent', id);
  await mayChange(deps, by, found);
  if (change.role !== undefined && change.role !== found.role) await checkRole(deps, by, accountId, change.role);
  return changeAgent(deps, accountId, id, (agent) => {
    const changed = withChange(agent, {
      ...change,
      email,
      ...(skillGroups && withGroups(memberships(skillGroups, defaultPriority))),
    });
    if (touchesMobile(change)) throwFaults(mobileFaults(changed));
    return changed;
  });
}

function touchesMobile({ phone, mobileAnswer, mobileCallOut }: AgentFields): boolean {
  return phone !== undefined || mobileAnswer !== undefined || mobileCallOut !== undefined;
}

/** @throws InvalidRequestError */
function throwFaults(faults: readonly FieldError[]): void {
  if (faults.length > 0) throw new InvalidRequestError(faults);
}

/** Nobody changes who may do more than they. @throws ScopeNotGrantableError */
export async function mayChange(
  deps: { readonly roles: Pick<AgentDeps['roles'], 'get'> },
  by: Principal,
  agent: Pick<Agent, 'accountId' | 'role'>,
): Promise<void> {
  const role = await findRole(deps.roles, agent.accountId, agent.role);
  if (role) checkGrants(by, role);
}

/** Stores a change to one agent and tells it. @throws ResourceNotFoundError, AgentFieldTakenError */
export async function changeAgent(
  deps: Pick<AgentDeps, 'agents' | 'clock' | 'agentChanged' | 'logger'>,
  accountId: string,
  id: string,
  change: (agent: Agent) => Agent,
): Promise<Agent> {
  let before: Agent | undefined;
  let after: Agent | undefined;
  try {
    after = await changeRecord(deps.agents, deps.clock, accountId, id, (agent) => {
      before = agent;
      return change(agent);
    });
  } catch (error) {
    throw asAgentError(error);
  }
  if (!after) throw new ResourceNotFoundError('agent', id);
  if (after.revision !== before?.revision) await tellChange(deps, before, after);
  return after;
}
