export { ActiveCall } from './active-call.js';
export { CallAdmission, type CallCounts } from './call-admission.js';
export type { CallApiDeps } from './call-api-deps.js';
export * from './call-errors.js';
export { NoMediaNodeError, OwnerUnreachableError } from './call-errors.js';
export type { CallInContact } from './call-in-contact.js';
export type { NewTimelineEntry, TimelineEntry, TimelineStore, TimelineWriter } from './call-timeline.js';
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
export type { Command, CommandChannel, CommandHandler } from './node/command-channel.js';
export { ExpireLostCalls, type ExpireLostCallsSettings } from './node/expire-lost-calls.js';
export { LostNodes, type LostNodesSettings } from './node/lost-nodes.js';
export { MemoryCommandChannel } from './node/memory-command-channel.js';
export { MemoryNodeLeases } from './node/memory-node-leases.js';
export { drainNodeCommand, undrainNodeCommand } from './node/node-commands.js';
export type { DrainNode } from './node/node-drain.js';
export { NodeHeartbeat } from './node/node-heartbeat.js';
export type { MediaNodeReport, NodeDrainReport, NodeLeases, NodeReport, NodeState } from './node/node-leases.js';
export { NodePlacement } from './node/node-placement.js';
export { RedisCommandChannel } from './node/redis-command-channel.js';
export { RedisNodeLeases } from './node/redis-node-leases.js';
export { callOperations } from './operations/index.js';
export { type CallFamily, familyOf } from './place-child-call.js';
export type { PlaceCall } from './place-outbound-call.js';
export { billableSeconds, type Call, type CallScript } from './record/call.js';
export type { CallEvent, CallEventType, NewCallEvent } from './record/call-events.js';
export { callOutbox } from './record/call-outbox.js';
export { type CallEventData, type CallSnapshot, callEvent, callSnapshot } from './record/call-snapshot.js';
export { type CallSignal, type CallStatus, isFinal } from './record/call-state.js';
export type { CallChange, CallFilter, CallStore, NewCall, OnCallEvents } from './record/call-store.js';
export { CallContendedError, OutboxFullError } from './record/call-store.js';
export type { BuildCdr, CallEnd } from './record/final-change.js';
export { GatheredCalls } from './record/gathered-calls.js';
export { type CallStoreSettings, MemoryCallStore } from './record/memory-call-store.js';
export { MongoCallStore } from './record/mongo-call-store.js';
export { UnrelayedCalls } from './record/unrelayed-calls.js';
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
export { BatchedTimeline } from './timeline/batched-timeline.js';
export { MemoryTimelineStore } from './timeline/memory-timeline-store.js';
export { MongoTimelineStore } from './timeline/mongo-timeline-store.js';
