export { ActiveCall } from './active-call.js';
export { CallAdmission } from './call-admission.js';
export type { CallApiDeps } from './call-api-deps.js';
export * from './call-errors.js';
export { NoMediaNodeError } from './call-errors.js';
export { callOutbox } from './call-outbox.js';
export type {
  CallControl,
  CallModification,
  ModifyCall,
  StartCallRecording,
  UpdateCallRecording,
} from './control/call-control.js';
export { routedCallControl } from './control/routed-call-control.js';
export { type Calls, type CreateCalls, createCalls } from './create-calls.js';
export type { FamilyCalls } from './family-calls.js';
export type { InboundGate } from './inbound-gate.js';
export { ExpireLostCalls, type ExpireLostCallsSettings } from './node/expire-lost-calls.js';
export { LostNodes, type LostNodesSettings } from './node/lost-nodes.js';
export type { DrainNode } from './node/node-drain.js';
export { NodePlacement } from './node/node-placement.js';
export { callOperations } from './operations/index.js';
export { type CallFamily, familyOf } from './place-child-call.js';
export type { PlaceCall } from './place-outbound-call.js';
export type { KeptCallStore } from './resume/kept-call-store.js';
export { MemoryKeptCallStore } from './resume/memory-kept-call-store.js';
export { RedisKeptCallStore } from './resume/redis-kept-call-store.js';
export type {
  CallAccount,
  CallApplication,
  CallRouting,
  InboundRoute,
  OutboundQuestion,
  OutboundRoute,
  TrunkLimits,
} from './routing/call-routing.js';
export { type Destination, mayDial, parseDestination } from './routing/dialing-policy.js';
export { MemoryCallRouting } from './routing/memory-call-routing.js';
export { StoredCallRouting, type StoredCallRoutingSettings } from './routing/stored-call-routing.js';
