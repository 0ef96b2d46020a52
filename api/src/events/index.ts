export type { EventFilter, EventStore } from './event-store.js';
export { MemoryEventStore } from './memory-event-store.js';
export { MongoEventStore } from './mongo-event-store.js';
export { eventOperations } from './operations/index.js';
export { defaultOutboxHintSettings, type OutboxHintSettings, OutboxHints } from './outbox-hints.js';
export type { OutboxDocument, OutboxSource, PendingEvent, Relayed } from './outbox-source.js';
export { OutboxRelay } from './relay-outbox.js';
