import { type Agent, mayChange } from '../agents/index.js';
import type { RequestContext } from '../operation/handler.js';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import type { LoginDeps } from './login-deps.js';

/** @throws ResourceNotFoundError */
export async function findAgent({ agents }: Pick<LoginDeps, 'agents'>, accountId: string, id: string): Promise<Agent> {
  const agent = await agents.get(accountId, id);
  if (!agent) throw new ResourceNotFoundError('agent', id);
  return agent;
}

/**
 * The agent whose log-ins are to be changed: oneself, or somebody who may do no more than who asks. Else whoever may change agents could make an administrator's phone their own, and log in with it.
 * @throws ResourceNotFoundError, ScopeNotGrantableError
 */
export async function agentToChange(
  deps: Pick<LoginDeps, 'agents' | 'roles'>,
  { account, principal }: Pick<RequestContext, 'account' | 'principal'>,
  id: string,
): Promise<Agent> {
  const agent = await findAgent(deps, account.id, id);
  if (principal.kind !== 'agent' || principal.agent.id !== id) await mayChange(deps, principal, agent);
  return agent;
}
