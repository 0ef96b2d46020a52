import type { CentreSettings } from '@hookswitch/api/contact-centre/index';
import {
  type FlowDeps,
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

/** What flows may name, and who names flows. */
export interface FlowSurroundings {
  readonly audio: NamedByFlows;
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
  const operations: FlowDeps = {
    ...flowStores,
    flowReferences: storedFlowReferences({ ...flowStores, ...surroundings }),
    flowUsers: flowUsers(surroundings),
    flowCounts: stores.flowCounts,
    clock,
    newId,
  };
  return { ...flowStores, source: new StoredFlowSource(flowStores, clock), operations };
}
