import { BaseError } from '@hookswitch/kernel/base-error';
import type { Principal } from '../operation/principal.js';
import type { Agent } from './agent.js';
import type { AgentDeps } from './agent-deps.js';
import { createAgent, type NewAgent } from './create-agent.js';

/** Why one of several agents was not made. */
export interface AgentFailure {
  /** Its place among those asked for, from 0. */
  readonly index: number;
  readonly email: string;
  readonly code: string;
  readonly message: string;
}

/** Adds agents one after the other; one that cannot be made does not hinder the others. */
export async function createAgents(
  deps: AgentDeps,
  by: Principal,
  accountId: string,
  requests: readonly NewAgent[],
  options: { readonly sendPassword: boolean },
): Promise<{ agents: Agent[]; errors: AgentFailure[] }> {
  const agents: Agent[] = [];
  const errors: AgentFailure[] = [];
  for (const [index, request] of requests.entries()) {
    try {
      agents.push(await createAgent(deps, by, accountId, request, options));
    } catch (error) {
      errors.push({ index, email: request.email, ...reasonOf(error, deps) });
    }
  }
  return { agents, errors };
}

/** A refusal as data. What is broken on our side is logged and says nothing of itself. */
function reasonOf(error: unknown, { logger }: Pick<AgentDeps, 'logger'>): { code: string; message: string } {
  if (error instanceof BaseError && error.kind !== 'bug') return { code: error.code, message: error.message };
  logger.error({ err: error }, 'an agent could not be made');
  return { code: 'internal-error', message: 'Something broke on our side. Try this one again.' };
}
