import type { Agent } from './agent.js';
import type { AgentDeps } from './agent-deps.js';

/** Tells a change that is stored. Whoever listens reads again sooner or later, so a failure is noted and nothing undone. */
export async function tellChange(
  { agentChanged, logger }: Pick<AgentDeps, 'agentChanged' | 'logger'>,
  before: Agent | undefined,
  after: Agent | undefined,
): Promise<void> {
  const { accountId, id: agentId } = (after ?? before)!;
  try {
    await agentChanged({ accountId, agentId, before, after });
  } catch (error) {
    logger.error({ err: error, accountId, agentId }, 'a changed agent could not be told to routing');
  }
}
