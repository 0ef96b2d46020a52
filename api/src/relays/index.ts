export { drainRelayCommand, type NodeRelays, nodeRelays } from './node-relays.js';
export { relayOperations } from './operations/index.js';
export type { RelayDeps } from './relay-deps.js';
export { type RelayDrainRecord, type RelayDrainStore, relayDrainCollection } from './relay-drain.js';
export { relayIdOf } from './relay-id.js';
