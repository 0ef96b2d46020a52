export { checkTrunk } from './check-trunk.js';
export { createTrunk } from './create-trunk.js';
export { enabledTrunks } from './enabled-trunks.js';
export { commonForm, overlap, parseNetwork } from './inbound-addresses.js';
export { trunkOperations } from './operations/index.js';
export { outboundRegistrations } from './outbound-registrations.js';
export { applyNumberRules, type NumberRule, type Trunk, type TrunkStore, trunkCollection } from './trunk.js';
export type { TrunkDeps } from './trunk-deps.js';
