import { type ApplicationDeps, applicationCollection, applicationOperations } from '../applications/index.js';
import { type BlacklistApiDeps, blacklistEntryCollection, blacklistEntryOperations } from '../blacklist/index.js';
import { defaultCentreSettings } from '../contact-centre/index.js';
import { type EndpointDeps, endpointCollection, endpointOperations } from '../endpoints/index.js';
import { storedSubFlows } from '../flows/index.js';
import { type NumberGroupDeps, numberGroupCollection, numberGroupOperations } from '../number-groups/index.js';
import { type NumberDeps, numberOperations, phoneNumberCollection } from '../numbers/index.js';
import { createMemoryBindingStore, createMemoryTrunkRegistrationStore } from '../registrations/index.js';
import { skillGroupCollection } from '../skill-groups/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import { type TrunkDeps, trunkCollection, trunkOperations } from '../trunks/index.js';
import type { TestApiCore } from './create-test-api.fixture.js';
import { memoryFlowStores } from './test-flows.fixture.js';

/** Applications, numbers and what goes with them, trunks and endpoints in memory, with their operations: `createTestApi({ operations: (core) => testResources(core).operations })`. */
export function testResources(core: TestApiCore) {
  const applications = new MemoryTenantCollection(applicationCollection);
  const numbers = new MemoryTenantCollection(phoneNumberCollection);
  const trunks = new MemoryTenantCollection(trunkCollection);
  const endpoints = new MemoryTenantCollection(endpointCollection);
  const bindings = createMemoryBindingStore(core.clock);
  const registrations = createMemoryTrunkRegistrationStore(core.clock);
  const numberGroups = new MemoryTenantCollection(numberGroupCollection);
  const skillGroups = new MemoryTenantCollection(skillGroupCollection);
  const blacklist = new MemoryTenantCollection(blacklistEntryCollection);
  const applicationDeps: ApplicationDeps = { ...core, applications, applicationUsers: { numbers, endpoints } };
  const flowStores = memoryFlowStores();
  const flowReferences = { subFlows: storedSubFlows(flowStores) };
  const numberDeps: NumberDeps = {
    ...core,
    numbers,
    flowReferences,
    applications,
    trunks,
    numberGroups,
    skillGroups,
  };
  const numberGroupDeps: NumberGroupDeps = { ...core, numberGroups, numbers };
  const centreSettingsOf = async (accountId: string) => ({ accountId, ...defaultCentreSettings });
  const blacklistDeps: BlacklistApiDeps = { ...core, blacklist, numbers, centreSettingsOf };
  const trunkDeps: TrunkDeps = { ...core, trunks, numbers, endpoints, registrations };
  const endpointDeps: EndpointDeps = { ...core, endpoints, applications, trunks, bindings };
  return {
    ...flowStores,
    flowReferences,
    applications,
    numbers,
    numberGroups,
    skillGroups,
    blacklist,
    trunks,
    endpoints,
    bindings,
    registrations,
    operations: {
      ...applicationOperations(applicationDeps),
      ...numberOperations(numberDeps),
      ...numberGroupOperations(numberGroupDeps),
      ...blacklistEntryOperations(blacklistDeps),
      ...trunkOperations(trunkDeps),
      ...endpointOperations(endpointDeps),
    },
  };
}
