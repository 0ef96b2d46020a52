import type { CentreSettings } from '@hookswitch/api/contact-centre/index';
import type { DigitTemplateStore } from '@hookswitch/api/digit-templates/index';
import {
  audioUsers,
  type FlowSimulationDeps,
  type FlowStores,
  flowCollection,
  flowDocumentCollection,
  flowUsers,
  flowVersionCollection,
  type NamesOfFlows,
  StoredFlowSource,
  storedFlowNames,
  storedFlowReferences,
} from '@hookswitch/api/flows/index';
import type { Backing } from './backing.js';
import { makeSimulatedEngine } from './flow-simulation.js';

/** What flows may name, and who names flows. */
export interface FlowSurroundings extends Omit<NamesOfFlows, 'flows'> {
  readonly digitTemplates: DigitTemplateStore;
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
    flowNames: storedFlowNames({ ...flowStores, ...surroundings }),
    flowUsers: flowUsers(surroundings),
    flowCounts: stores.flowCounts,
    // Whoever has just published a version may try it at once.
    flowSource: new StoredFlowSource(flowStores, clock, 0),
    audio: surroundings.audio,
    makeSimulatedEngine,
    clock,
    newId,
  };
  const users = audioUsers({ ...operations, ...surroundings });
  return { ...flowStores, audioUsers: users, source: new StoredFlowSource(flowStores, clock), operations };
}
