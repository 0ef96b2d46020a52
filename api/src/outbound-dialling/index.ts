export type { CallOutDeps } from './call-out-request.js';
export type { CalleeHistory } from './callee-history.js';
export { callerIdsFrom, callsOut } from './caller-ids.js';
export { MemoryCalleeHistory } from './memory-callee-history.js';
export { type CallOutApiDeps, callOutOperations } from './operations/index.js';
export { callBackScript, rememberedAgent } from './outbound-memory.js';
export { placeContact } from './place-contact.js';
export { type ContactPlacer, placeContactCommand, routedContactPlacer } from './place-control.js';
export { RedisCalleeHistory } from './redis-callee-history.js';
