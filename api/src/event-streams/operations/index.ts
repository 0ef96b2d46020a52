import type { OperationHandlers } from '../../operation/handler.js';
import { StreamPlaces } from '../stream-places.js';
import { streamAgentEvents } from './stream-agent-events.js';
import { streamCentreEvents } from './stream-centre-events.js';

/** What the streams need of outside. */
export type AgentStreamDeps = Omit<Parameters<typeof streamAgentEvents>[0], 'places'>;

/** The HTTP face of the streams. */
export function eventStreamOperations(outside: AgentStreamDeps) {
  const deps = { ...outside, places: new StreamPlaces() };
  return {
    streamAgentEvents: streamAgentEvents(deps),
    streamCentreEvents: streamCentreEvents(deps),
  } satisfies Partial<OperationHandlers>;
}
