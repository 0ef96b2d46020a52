import { agentCollection } from '../agents/index.js';
import { audioCollection } from '../audio/index.js';
import { type CentreSettings, defaultCentreSettings } from '../contact-centre/index.js';
import {
  type FlowSimulationDeps,
  flowCollection,
  flowDocumentCollection,
  flowOperations,
  flowUsers,
  flowVersionCollection,
  MemoryFlowCounts,
  type NamesOfFlows,
  StoredFlowSource,
  storedFlowNames,
  storedFlowReferences,
} from '../flows/index.js';
import { makeSimulatedEngine } from '../flows/simulate/simulated-engine.fixture.js';
import { phoneNumberCollection } from '../numbers/index.js';
import { skillGroupCollection } from '../skill-groups/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import type { TestApiCore } from './create-test-api.fixture.js';

/** Flows in memory, with their operations. What they name is looked up in the stores that are given. */
export function testFlows(
  core: TestApiCore,
  {
    numbers = new MemoryTenantCollection(phoneNumberCollection),
    skillGroups = new MemoryTenantCollection(skillGroupCollection),
    audio = new MemoryTenantCollection(audioCollection),
    agents = new MemoryTenantCollection(agentCollection),
    centreSettingsOf = async (accountId: string) => ({ accountId, ...defaultCentreSettings }),
    ...stores
  }: {
    readonly centreSettingsOf?: (accountId: string) => Promise<CentreSettings>;
  } & Partial<Omit<NamesOfFlows, 'flows'> & Pick<FlowSimulationDeps, 'flows' | 'flowVersions' | 'flowDocuments'>> = {},
) {
  const flowStores = { ...memoryFlowStores(), ...stores };
  const deps: FlowSimulationDeps = {
    ...core,
    ...flowStores,
    flowReferences: storedFlowReferences({ ...flowStores, numbers, skillGroups, audio, agents }),
    flowNames: storedFlowNames({ ...flowStores, numbers, skillGroups, audio, agents }),
    flowUsers: flowUsers({ numbers, centreSettingsOf }),
    flowCounts: new MemoryFlowCounts(),
    flowSource: new StoredFlowSource(flowStores, core.clock, 0),
    audio,
    makeSimulatedEngine,
  };
  return { ...deps, numbers, skillGroups, audio, agents, operations: flowOperations(deps) };
}

/** All that flows are kept in, in memory. */
export function memoryFlowStores() {
  return {
    flows: new MemoryTenantCollection(flowCollection),
    flowVersions: new MemoryTenantCollection(flowVersionCollection),
    flowDocuments: new MemoryTenantCollection(flowDocumentCollection),
  };
}
