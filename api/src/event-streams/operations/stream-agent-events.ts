import type { NewId } from '@hookswitch/kernel/ids';
import type { AgentStore } from '../../agents/index.js';
import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { AgentPresence } from '../agent-presence.js';
import { type EventStreamDeps, streamContent } from '../open-stream.js';

interface StreamAgentDeps extends EventStreamDeps {
  readonly agents: Pick<AgentStore, 'get'>;
  readonly presence: AgentPresence;
  readonly newId: NewId;
}

export function streamAgentEvents(deps: StreamAgentDeps): OperationHandler<'streamAgentEvents'> {
  return async ({ params: { agentId }, query: { after }, headers }, { account, principal }) => {
    const agent = await deps.agents.get(account.id, agentId);
    if (!agent) throw new ResourceNotFoundError('agent', agentId);
    // An administrator who looks at an agent's stream is not the agent's client.
    const isAgent = principal.kind === 'agent' && principal.agent.id === agentId;
    const clientId = deps.newId('RQ');
    const content = streamContent(
      deps,
      { accountId: account.id, of: agentId },
      { after, lastEventId: headers['Last-Event-ID'] },
      principal,
      isAgent
        ? {
            present: () => deps.presence.connected(agent, clientId),
            closed: () => deps.presence.lost(account.id, agentId, clientId),
          }
        : undefined,
    );
    return { status: 200, content };
  };
}
