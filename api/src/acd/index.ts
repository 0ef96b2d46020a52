export {
  AgentBlockedError,
  AgentStatusNotAllowedError,
  LiveStateContendedError,
  OfferOverError,
  RestReasonUnknownError,
} from './acd-errors.js';
export type { AgentProfile, AgentSignal, Asker } from './agent-signal.js';
export { isAvailable, newLiveAgent, nextAgent, offlineAt } from './agent-state.js';
export { AgentsAtWork, type AgentsAtWorkDeps, profileOf } from './agents-at-work.js';
export { CentreViews } from './centre-views.js';
export { dayIn } from './day-in.js';
export { changeAgent, decideAndCommit, readOffer, readOffers, signalAgent } from './decide-and-commit.js';
export type { SkillGroupOf, SkillGroupRules } from './dispatch/group-book.js';
export type { CentreWitness } from './dispatch/route-account.js';
export { RoutingNode, type RoutingNodeSettings } from './dispatch/routing-node.js';
export { type ExpectedWait, type QueuePlace, queuePlaces } from './expected-wait.js';
export { type CentreFollower, followCentre } from './follow-centre.js';
export { pruneStatusHistory } from './history/prune-status-history.js';
export {
  type StatusChangeRecord,
  type StatusChangeStore,
  statusChangeCollection,
  statusCursorCollection,
} from './history/status-change-record.js';
export { StatusHistory } from './history/status-history.js';
export { statusOutbox } from './history/status-outbox.js';
export * from './live-centre-store.js';
export * from './live-records.js';
export { InvalidLiveIdError } from './live-write-checks.js';
export { endCallsOfNode } from './lost-node.js';
export { MemoryLiveCentreStore } from './memory-live-centre-store.js';
export { MemoryRoutingLease } from './memory-routing-lease.js';
export {
  acceptOffer,
  declineOffer,
  missOffer,
  type NewOffer,
  type OfferClaims,
  offerTo,
  refuseOffer,
  withdrawOffer,
} from './offer-state.js';
export type { AgentStatusDeps } from './operations/agent-status-deps.js';
export type { QueueDeps } from './operations/get-queue.js';
export { agentStatusOperations, queueOperations } from './operations/index.js';
export { answerOffer, endUnansweredOffer, leave, type OfferEnd } from './queue-answers.js';
export {
  admitEntry,
  type EntryDraft,
  enqueue,
  leaveQueue,
  newQueueEntry,
  turnAwayEntry,
} from './queue-entry-state.js';
export { RedisLiveCentreStore } from './redis-live-centre-store.js';
export { RedisRoutingLease } from './redis-routing-lease.js';
export type { RoutingLease } from './routing-lease.js';
