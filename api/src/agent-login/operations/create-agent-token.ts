import type { OperationHandler } from '../../operation/handler.js';
import { timestamp } from '../../store/timestamp.js';
import { agentTokenMs, mostAgentTokens } from '../agent-token.js';
import { agentToChange } from '../find-agent.js';
import type { LoginDeps } from '../login-deps.js';
import { AgentBlockedError } from '../login-errors.js';
import { hashToken, makeAgentToken } from '../tokens.js';

export function createAgentToken(deps: LoginDeps): OperationHandler<'createAgentToken'> {
  const { tokens, clock, random } = deps;
  return async ({ params }, context) => {
    const { account } = context;
    const agent = await agentToChange(deps, context, params.agentId);
    if (agent.blockedAt !== undefined) throw new AgentBlockedError();
    const earlier = await tokens.list(account.id, { where: { agentId: agent.id }, limit: 100 });
    const latest = [...earlier.items].sort((a, b) => b.expiresAt - a.expiresAt);
    for (const [index, { id, expiresAt }] of latest.entries())
      if (expiresAt <= clock.now() || index >= mostAgentTokens - 1) await tokens.remove(account.id, id);
    const token = makeAgentToken(random);
    const expiresAt = clock.now() + agentTokenMs;
    const now = timestamp(clock);
    await tokens.insert({
      id: hashToken(token),
      accountId: account.id,
      agentId: agent.id,
      expiresAt,
      revision: 1,
      createdAt: now,
      updatedAt: now,
    });
    return { status: 201, body: { token, agentId: agent.id, expiresAt: new Date(expiresAt).toISOString() } };
  };
}
