export { ActiveCall } from './active-call.js';
export { billableSeconds, type Call, type CallScript } from './call.js';
export { CallAdmission, type CallCounts } from './call-admission.js';
export type { CallApiDeps } from './call-api-deps.js';
export type {
  CallControl,
  CallModification,
  ModifyCall,
  StartCallRecording,
  UpdateCallRecording,
} from './call-control.js';
export * from './call-errors.js';
export { NoMediaNodeError, OwnerUnreachableError } from './call-errors.js';
export type { CallEvent, CallEventType, NewCallEvent } from './call-events.js';
export type { CallInContact } from './call-in-contact.js';
export { callOutbox } from './call-outbox.js';
export type {
  CallAccount,
  CallApplication,
  CallRouting,
  InboundRoute,
  OutboundQuestion,
  OutboundRoute,
  TrunkLimits,
} from './call-routing.js';
export { type CallEventData, type CallSnapshot, callEvent, callSnapshot } from './call-snapshot.js';
export { type CallSignal, type CallStatus, isFinal } from './call-state.js';
export type { CallChange, CallFilter, CallStore, NewCall, OnCallEvents } from './call-store.js';
export { CallContendedError, OutboxFullError } from './call-store.js';
export type { NewTimelineEntry, TimelineEntry, TimelineStore, TimelineWriter } from './call-timeline.js';
export type { Command, CommandChannel, CommandHandler } from './command-channel.js';
export { type Calls, type CreateCalls, createCalls } from './create-calls.js';
export { type Destination, mayDial, parseDestination } from './dialing-policy.js';
export { ExpireLostCalls, type ExpireLostCallsSettings } from './expire-lost-calls.js';
export type { FamilyCalls } from './family-calls.js';
export type { BuildCdr, CallEnd } from './final-change.js';
export { GatheredCalls } from './gathered-calls.js';
export type { InboundGate } from './inbound-gate.js';
export { LostNodes, type LostNodesSettings } from './lost-nodes.js';
export { MemoryCallRouting } from './memory-call-routing.js';
export { type CallStoreSettings, MemoryCallStore } from './memory-call-store.js';
export { MemoryCommandChannel } from './memory-command-channel.js';
export { MemoryNodeLeases } from './memory-node-leases.js';
export { MongoCallStore } from './mongo-call-store.js';
export { drainNodeCommand, undrainNodeCommand } from './node-commands.js';
export type { DrainNode } from './node-drain.js';
export { NodeHeartbeat } from './node-heartbeat.js';
export type { MediaNodeReport, NodeDrainReport, NodeLeases, NodeReport, NodeState } from './node-leases.js';
export { NodePlacement } from './node-placement.js';
export { callOperations } from './operations/index.js';
export { type CallFamily, familyOf } from './place-child-call.js';
export type { PlaceCall } from './place-outbound-call.js';
export { RedisCommandChannel } from './redis-command-channel.js';
export { RedisNodeLeases } from './redis-node-leases.js';
export type { KeptCallStore } from './resume/kept-call-store.js';
export { MemoryKeptCallStore } from './resume/memory-kept-call-store.js';
export { RedisKeptCallStore } from './resume/redis-kept-call-store.js';
export { routedCallControl } from './routed-call-control.js';
export { StoredCallRouting, type StoredCallRoutingSettings } from './stored-call-routing.js';
export { BatchedTimeline } from './timeline/batched-timeline.js';
export { MemoryTimelineStore } from './timeline/memory-timeline-store.js';
export { MongoTimelineStore } from './timeline/mongo-timeline-store.js';
export { UnrelayedCalls } from './unrelayed-calls.js';
