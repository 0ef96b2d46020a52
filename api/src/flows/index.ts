export { audioUsers } from './audio-users.js';
export { BatchedFlowCounts } from './counts/batched-flow-counts.js';
export type { FlowCount, FlowCounts, NodeCount } from './counts/flow-counts.js';
export { MemoryFlowCounts } from './counts/memory-flow-counts.js';
export { MongoFlowCounts } from './counts/mongo-flow-counts.js';
export type { FlowDocument, FlowNode } from './document/flow-document.js';
export { parseFlow } from './document/parse-flow.js';
export type { ParsedFlow } from './document/parsed-flow.js';
export type { Flow, FlowSource, FlowVersion, RunnableFlow } from './flow.js';
export type { FlowDeps, FlowUser } from './flow-deps.js';
export { FlowNotFoundError, FlowNotPublishedError } from './flow-errors.js';
export {
  type FlowStore,
  type FlowStores,
  flowCollection,
  flowDocumentCollection,
  flowVersionCollection,
} from './flow-stores.js';
export { flowUsers } from './flow-users.js';
export { flowOperations } from './operations/index.js';
export type { FlowMessages } from './run/flow-node.js';
export { createFlowRunner, type FlowRunnerDeps } from './run/flow-runner.js';
export { isOpen } from './run/is-open.js';
export type { MakeSimulatedEngine } from './simulate/simulated-engine.js';
export type { FlowSimulationDeps } from './simulate/try-flow.js';
export { hoursFaults } from './validate/check-hours.js';
export type { FlowReferences } from './validate/flow-references.js';
export { type NamesOfFlows, storedFlowNames } from './versions/flow-names.js';
export { runningVersions } from './versions/running-versions.js';
export { type NamedByFlows, storedFlowReferences, storedSubFlows } from './versions/stored-flow-references.js';
export { StoredFlowSource } from './versions/stored-flow-source.js';
