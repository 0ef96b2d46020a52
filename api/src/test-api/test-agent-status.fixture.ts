import type { Clock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import {
  AgentsAtWork,
  agentStatusOperations,
  CentreViews,
  MemoryLiveCentreStore,
  queueOperations,
  statusChangeCollection,
} from '../acd/index.js';
import type { AgentStore } from '../agents/index.js';
import { type CentreSettings, defaultCentreSettings } from '../contact-centre/index.js';
import { type SkillGroupStore, skillGroupCollection } from '../skill-groups/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';

/** Agents at work in memory, with their operations. */
export function testAgentStatus({
  agents,
  clock,
  skillGroups = new MemoryTenantCollection(skillGroupCollection),
  settings = {},
}: {
  agents: AgentStore;
  clock: Clock;
  skillGroups?: SkillGroupStore;
  settings?: Partial<CentreSettings>;
}) {
  const live = new MemoryLiveCentreStore();
  const statusChanges = new MemoryTenantCollection(statusChangeCollection);
  const settingsOf = async (accountId: string) => ({ accountId, ...defaultCentreSettings, ...settings });
  const atWork = new AgentsAtWork({ live, agents, settingsOf, clock, logger: silentLogger });
  return {
    live,
    statusChanges,
    atWork,
    operations: {
      ...agentStatusOperations({ atWork, live, agents, statusChanges, settingsOf, clock }),
      ...queueOperations({ views: new CentreViews({ store: live, clock, logger: silentLogger }), skillGroups, clock }),
    },
  };
}
