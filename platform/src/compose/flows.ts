import type { AudioStore } from '@hookswitch/api/audio/index';
import type { CentreSettings } from '@hookswitch/api/contact-centre/index';
import {
  type FlowSimulationDeps,
  type FlowStores,
  flowCollection,
  flowDocumentCollection,
  flowUsers,
  flowVersionCollection,
  type NamedByFlows,
  StoredFlowSource,
  storedFlowReferences,
} from '@hookswitch/api/flows/index';
import type { PhoneNumberStore } from '@hookswitch/api/numbers/index';
import type { Backing } from './backing.js';
import { makeSimulatedEngine } from './flow-simulation.js';

/** What flows may name, and who names flows. */
export interface FlowSurroundings {
  readonly audio: AudioStore;
  readonly skillGroups: NamedByFlows;
  readonly agents: NamedByFlows;
  readonly numbers: NamedByFlows & PhoneNumberStore;
  readonly centreSettingsOf: (accountId: string) => Promise<CentreSettings>;
}

export type Flows = ReturnType<typeof composeFlows>;

/** Flows for every role: what they are kept in, where calls find what to run, and what the operations on them need. */
export function composeFlows({ stores, clock, newId }: Backing, surroundings: FlowSurroundings) {
  const flowStores: FlowStores = {
    flows: stores.collection(flowCollection),
    flowVersions: stores.collection(flowVersionCollection),
    flowDocuments: stores.collection(flowDocumentCollection),
  };
  const operations: FlowSimulationDeps = {
    ...flowStores,
    flowReferences: storedFlowReferences({ ...flowStores, ...surroundings }),
    flowUsers: flowUsers(surroundings),
    flowCounts: stores.flowCounts,
    // Whoever has just published a version may try it at once.
    flowSource: new StoredFlowSource(flowStores, clock, 0),
    audio: surroundings.audio,
    makeSimulatedEngine,
    clock,
    newId,
  };
  return { ...flowStores, source: new StoredFlowSource(flowStores, clock), operations };
}
