export { MemoryMediaRelay, type MemoryRelaySettings } from './memory-media-relay.js';
