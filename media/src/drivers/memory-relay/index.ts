export { MemoryMediaRelay } from './memory-media-relay.js';
export type { MemoryRelaySettings } from './memory-relay-server.js';
