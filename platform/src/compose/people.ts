import { type AgentDeps, agentCollection, agentDirectory, emptyGroup } from '@hookswitch/api/agents/index';
import type { EndpointStore } from '@hookswitch/api/endpoints/index';
import { type RoleDeps, roleCollection } from '@hookswitch/api/roles/index';
import type { SkillGroupDeps } from '@hookswitch/api/skill-groups/index';
import type { Backing } from './backing.js';
import type { CentreFeatures } from './centre-features.js';

/** The people of contact centres: agents, their roles and groups. */
export type People = ReturnType<typeof composePeople>;

export function composePeople(
  { stores, clock, newId, logger }: Backing,
  centre: CentreFeatures,
  endpoints: EndpointStore,
) {
  const agents = stores.collection(agentCollection);
  const roles = stores.collection(roleCollection);
  const { skillGroups, centreSettingsOf: settingsOf } = centre;
  const agentDeps: AgentDeps = {
    agents,
    skillGroups,
    roles,
    endpoints,
    settingsOf,
    access: { admit: async () => {}, endSessions: async () => {}, remove: async () => {} },
    agentChanged: async () => {},
    isAtWork: async () => false,
    clock,
    newId,
    logger,
  };
  const roleDeps: RoleDeps = { roles, roleHolders: agents, clock, newId };
  const skillGroupDeps: SkillGroupDeps = {
    skillGroups,
    emptyGroup: (accountId, skillGroupId) => emptyGroup(agentDeps, accountId, skillGroupId),
    skillGroupChanged: async () => {},
    clock,
    newId,
    logger,
  };
  return { agents, agentDirectory: agentDirectory(agents, clock), agentDeps, roleDeps, skillGroupDeps };
}
