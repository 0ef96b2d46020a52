import type { Schema } from '@hookswitch/openapi/operations';
import type { Agent } from '../agents/agent.js';
import { profileOf } from './agents-at-work.js';
import type { StatusChangeRecord } from './history/status-change-record.js';
import type { LiveAgent } from './live-records.js';

/** What the API shows of an agent at work. @param today in the contact centre's time zone */
export function agentStatusView(agent: LiveAgent, today: string): Schema<'AgentStatus'> {
  const { reserved, answered } = agent;
  return {
    agentId: agent.id,
    status: agent.status,
    restReason: agent.restReason ?? null,
    since: iso(agent.lastChange.number > 0 ? agent.since : undefined),
    reserved: reserved ? { status: reserved.status, restReason: reserved.restReason ?? null } : null,
    afterCallWorkUntil: iso(agent.afterCallWorkUntil),
    offerId: agent.offerId ?? null,
    contactId: agent.contactId ?? null,
    clients: agent.clients.length,
    reachableWithoutClient: agent.reachableWithoutClient,
    unreachableSince: iso(agent.unreachable?.since),
    skillGroupIds: agent.skillGroups.map(({ skillGroupId }) => skillGroupId),
    answeredToday: answered.day === today ? answered.count : 0,
    idleSince: iso(agent.status === 'free' ? agent.idleSince : undefined),
  };
}

/** An agent who was never online. */
export function absentStatusView(agent: Agent): Schema<'AgentStatus'> {
  const { skillGroups, reachableWithoutClient } = profileOf(agent);
  return {
    agentId: agent.id,
    status: 'offline',
    restReason: null,
    since: null,
    reserved: null,
    afterCallWorkUntil: null,
    offerId: null,
    contactId: null,
    clients: 0,
    reachableWithoutClient,
    unreachableSince: null,
    skillGroupIds: skillGroups.map(({ skillGroupId }) => skillGroupId),
    answeredToday: 0,
    idleSince: null,
  };
}

export function statusRecordView(record: StatusChangeRecord): Schema<'AgentStatusRecord'> {
  const { id, accountId, agentId, sequence, from, to, by, why, changedAt } = record;
  const { restReason = null, byId = null, contactId = null } = record;
  return { id, accountId, agentId, sequence, from, to, restReason, by, byId, why, contactId, changedAt };
}

function iso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
