import type { OperationHandlers } from '../../http/operation.js';
import { type AgentStreamDeps, streamAgentEvents } from './stream-agent-events.js';
import { streamCentreEvents } from './stream-centre-events.js';

/** The HTTP face of the streams. */
export function eventStreamOperations(deps: AgentStreamDeps) {
  return {
    streamAgentEvents: streamAgentEvents(deps),
    streamCentreEvents: streamCentreEvents(deps),
  } satisfies Partial<OperationHandlers>;
}

export type { AgentStreamDeps };
