import type { Clock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { AgentsAtWork, agentStatusOperations, MemoryLiveCentreStore, statusChangeCollection } from '../acd/index.js';
import type { AgentStore } from '../agents/index.js';
import { type CentreSettings, defaultCentreSettings } from '../contact-centre/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';

/** Agents at work in memory, with their operations. */
export function testAgentStatus({
  agents,
  clock,
  settings = {},
}: {
  agents: AgentStore;
  clock: Clock;
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
    operations: agentStatusOperations({ atWork, live, agents, statusChanges, settingsOf, clock }),
  };
}
