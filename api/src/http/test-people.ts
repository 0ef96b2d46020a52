import { type AgentDeps, agentCollection, agentOperations, emptyGroup } from '../agents/index.js';
import { defaultCentreSettings } from '../contact-centre/index.js';
import { type EndpointStore, endpointCollection } from '../endpoints/index.js';
import { type RoleDeps, roleCollection, roleOperations } from '../roles/index.js';
import {
  type SkillGroupDeps,
  type SkillGroupStore,
  skillGroupCollection,
  skillGroupOperations,
} from '../skill-groups/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import type { TestApiCore } from './create-test-api.js';

/** Agents, roles and skill groups in memory, with their operations. */
export function testPeople(
  core: TestApiCore,
  {
    endpoints = new MemoryTenantCollection(endpointCollection),
    skillGroups = new MemoryTenantCollection(skillGroupCollection),
    ...more
  }: { endpoints?: EndpointStore; skillGroups?: SkillGroupStore } & Partial<AgentDeps> = {},
) {
  const agents = new MemoryTenantCollection(agentCollection);
  const roles = new MemoryTenantCollection(roleCollection);
  const agentDeps: AgentDeps = {
    ...core,
    agents,
    roles,
    skillGroups,
    endpoints,
    settingsOf: async (accountId) => ({ accountId, ...defaultCentreSettings }),
    access: { admit: async () => {}, endSessions: async () => {}, remove: async () => {} },
    agentChanged: async () => {},
    isAtWork: async () => false,
    ...more,
  };
  const roleDeps: RoleDeps = { ...core, roles, roleHolders: agents };
  const skillGroupDeps: SkillGroupDeps = {
    ...core,
    skillGroups,
    emptyGroup: (accountId, skillGroupId) => emptyGroup(agentDeps, accountId, skillGroupId),
    skillGroupChanged: async () => {},
  };
  return {
    agents,
    roles,
    skillGroups,
    operations: {
      ...agentOperations(agentDeps),
      ...roleOperations(roleDeps),
      ...skillGroupOperations(skillGroupDeps),
    },
  };
}
