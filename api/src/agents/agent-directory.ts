import type { Clock } from '@hookswitch/kernel/clock';
import { ShortCache } from '../store/short-cache.js';
import type { Agent, AgentStore } from './agent.js';
import { normalEmail } from './check-agent.js';

/** A change is seen everywhere after so long, milliseconds. */
const keepMs = 1000;

/** Finds agents for whoever routes and places calls. Answers may be a second old. */
export interface AgentDirectory {
  get(accountId: string, agentId: string): Promise<Agent | undefined>;
  byEmail(accountId: string, email: string): Promise<Agent | undefined>;
  byExtension(accountId: string, extension: string): Promise<Agent | undefined>;
  byStaffNumber(accountId: string, staffNumber: string): Promise<Agent | undefined>;
  /** By the bound phone, E.164. */
  byPhone(accountId: string, phone: string): Promise<Agent | undefined>;
  /** By the bound SIP phone. */
  byEndpoint(accountId: string, endpointId: string): Promise<Agent | undefined>;
  /** All members, in no order. */
  ofGroup(accountId: string, skillGroupId: string): Promise<readonly Agent[]>;
}

export function agentDirectory(agents: Pick<AgentStore, 'get' | 'findOne' | 'list'>, clock: Clock): AgentDirectory {
  const ones = new ShortCache<Agent | undefined>(clock, { keepMs });
  const groups = new ShortCache<readonly Agent[]>(clock, { keepMs, max: 1000 });
  const find = (
    accountId: string,
    field: 'email' | 'staffNumber' | 'extension' | 'phone' | 'endpointId',
    value: string,
  ) => ones.get(`${accountId} ${field} ${value}`, () => agents.findOne(accountId, { [field]: value }));
  return {
    get: (accountId, agentId) => ones.get(`${accountId} ${agentId}`, () => agents.get(accountId, agentId)),
    byEmail: (accountId, email) => find(accountId, 'email', normalEmail(email)),
    byExtension: (accountId, extension) => find(accountId, 'extension', extension),
    byStaffNumber: (accountId, staffNumber) => find(accountId, 'staffNumber', staffNumber),
    byPhone: (accountId, phone) => find(accountId, 'phone', phone),
    byEndpoint: (accountId, endpointId) => find(accountId, 'endpointId', endpointId),
    ofGroup: (accountId, skillGroupId) =>
      groups.get(`${accountId} ${skillGroupId}`, () => members(agents, accountId, skillGroupId)),
  };
}

async function members(
  agents: Pick<AgentStore, 'list'>,
  accountId: string,
  skillGroupId: string,
): Promise<readonly Agent[]> {
  const found: Agent[] = [];
  let cursor: string | undefined;
  do {
    const where = { skillGroupIds: { contains: skillGroupId } };
    const page = await agents.list(accountId, { where, limit: 1000, cursor });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
