import {
  agentAccess,
  agentLoginOperations,
  agentTokenCollection,
  authenticateSessions,
  credentialCollection,
  type LoginDeps,
  oneTimeCodeCollection,
  sessionCollection,
} from '../agent-login/index.js';
import { type AgentDeps, agentCollection, agentOperations, emptyGroup } from '../agents/index.js';
import { defaultCentreSettings } from '../contact-centre/index.js';
import { type EndpointStore, endpointCollection } from '../endpoints/index.js';
import { MemoryFailureCounter } from '../failed-attempts/memory-failure-counter.js';
import { createNotifier, notificationCollection, notificationOperations, SinkSender } from '../notifications/index.js';
import { type RoleDeps, roleCollection, roleOperations } from '../roles/index.js';
import {
  MemorySkillGroupNews,
  type SkillGroupDeps,
  type SkillGroupStore,
  skillGroupCollection,
  skillGroupOperations,
} from '../skill-groups/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import type { TestApiCore } from './create-test-api.fixture.js';

/** Agents, their log-ins, roles and skill groups in memory, with their operations. Mails and SMS go into the sink. */
export function testPeople(
  core: TestApiCore,
  {
    endpoints = new MemoryTenantCollection(endpointCollection),
    skillGroups = new MemoryTenantCollection(skillGroupCollection),
    sessionsEnded = async () => {},
    ...more
  }: { endpoints?: EndpointStore; skillGroups?: SkillGroupStore } & Partial<AgentDeps & LoginDeps> = {},
) {
  const stores = {
    agents: new MemoryTenantCollection(agentCollection),
    roles: new MemoryTenantCollection(roleCollection),
    credentials: new MemoryTenantCollection(credentialCollection),
    codes: new MemoryTenantCollection(oneTimeCodeCollection),
    sessions: new MemoryTenantCollection(sessionCollection),
    tokens: new MemoryTenantCollection(agentTokenCollection),
    notifications: new MemoryTenantCollection(notificationCollection),
  };
  const { accounts } = core.accountDeps;
  const sink = { ...core, notifications: stores.notifications };
  const notifier = createNotifier({
    ...core,
    senders: { email: new SinkSender('email', sink), sms: new SinkSender('sms', sink) },
  });
  const agentChanged = more.agentChanged ?? (async () => {});
  const loginDeps: LoginDeps = {
    ...core,
    ...stores,
    accounts,
    skillGroups,
    attempts: new MemoryFailureCounter(core.clock),
    notifier,
    agentChanged,
    sessionsEnded,
  };
  const agentDeps: AgentDeps = {
    ...core,
    ...stores,
    skillGroups,
    endpoints,
    settingsOf: async (accountId) => ({ accountId, ...defaultCentreSettings }),
    access: agentAccess(loginDeps),
    isAtWork: async () => false,
    ...more,
    agentChanged,
  };
  const roleDeps: RoleDeps = { ...core, roles: stores.roles, roleHolders: stores.agents };
  const skillGroupDeps: SkillGroupDeps = {
    ...core,
    skillGroups,
    emptyGroup: (accountId, skillGroupId) => emptyGroup(agentDeps, accountId, skillGroupId),
    skillGroupNews: new MemorySkillGroupNews(),
  };
  return {
    ...stores,
    skillGroups,
    notifier,
    /** Knows agents' sessions besides what `keys` knows. */
    authenticator: (keys: Parameters<typeof authenticateSessions>[0]) =>
      authenticateSessions(keys, { ...core, ...stores, accounts, cacheMs: core.settings.authenticationCacheMs }),
    operations: {
      ...agentOperations(agentDeps),
      ...agentLoginOperations(loginDeps),
      ...roleOperations(roleDeps),
      ...skillGroupOperations(skillGroupDeps),
      ...notificationOperations({ ...core, notifications: stores.notifications, readable: true }),
    },
  };
}
