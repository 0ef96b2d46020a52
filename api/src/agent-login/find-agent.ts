import type { Agent } from '../agents/index.js';
import { ResourceNotFoundError } from '../http/http-errors.js';
import type { LoginDeps } from './login-deps.js';

/** @throws ResourceNotFoundError */
export async function findAgent({ agents }: Pick<LoginDeps, 'agents'>, accountId: string, id: string): Promise<Agent> {
  const agent = await agents.get(accountId, id);
  if (!agent) throw new ResourceNotFoundError('agent', id);
  return agent;
}
