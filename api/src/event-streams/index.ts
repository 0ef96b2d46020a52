export { AgentPresence } from './agent-presence.js';
export {
  type EventStreams,
  type NewStreamEvent,
  type StreamEvent,
  type StreamName,
  type StreamPage,
  supervisors,
} from './event-streams.js';
export { MemoryEventStreams } from './memory-event-streams.js';
export { type AgentStreamDeps, eventStreamOperations } from './operations/index.js';
export { tellSessionsEnded } from './session-watch.js';
export { streamOutbox } from './stream-outbox.js';
