import { type ChosenAgent, chooseAgents, ringAllMost } from './choose-agent.js';
import { askAgainAfterMs, declinedAt, servingGroups } from './eligibility.js';
import type { FreeAgents } from './free-agents.js';
import {
  type Because,
  groupOf,
  type OfferDecision,
  type RoutingAgent,
  type RoutingEntry,
  type RoutingSnapshot,
} from './snapshot.js';

/**
 * Whom to ask for a call, of those who are free: its preferred agents in their order, who served the customer last (where the group wants it), the group by its
 * strategy, overflow groups that are due by theirs. Who refused or missed it comes after all others, and not before a pause.
 */
export function chooseForEntry(
  entry: RoutingEntry,
  snapshot: RoutingSnapshot,
  free: FreeAgents,
): readonly OfferDecision[] {
  const fresh = firstOf(entry, snapshot, free, (agent) => declinedAt(entry, agent.id) === undefined);
  if (fresh.length > 0 || entry.declined.length === 0) return fresh;
  const again = firstOf(entry, snapshot, free, (agent) => {
    const at = declinedAt(entry, agent.id);
    return at !== undefined && snapshot.now - at >= askAgainAfterMs;
  });
  return again.map((offer) => ({
    ...offer,
    because: [...offer.because, { code: 'askedAgain', declinedAt: declinedAt(entry, offer.agentId)! }],
  }));
}

/** Members to ring besides, for a call that rings by ring all. */
export function joinRinging(
  entry: RoutingEntry,
  snapshot: RoutingSnapshot,
  free: FreeAgents,
): readonly OfferDecision[] {
  const { skillGroupId } = entry;
  if (skillGroupId === undefined || entry.onlyAgentIds) return [];
  const { strategy } = groupOf(snapshot.groups, skillGroupId);
  if (strategy !== 'ringAll' || entry.offerIds.length >= ringAllMost) return [];
  const candidates = only(free.members(skillGroupId), (agent) => declinedAt(entry, agent.id) === undefined);
  const chosen = chooseAgents(candidates, { strategy, skillGroupId, ...snapshot });
  return chosen.slice(0, ringAllMost - entry.offerIds.length).map((one) => offerOf(one, skillGroupId, []));
}

type Filter = (agent: RoutingAgent) => boolean;

function firstOf(
  entry: RoutingEntry,
  snapshot: RoutingSnapshot,
  free: FreeAgents,
  allowed: Filter,
): readonly OfferDecision[] {
  return (
    preferred(entry, free, allowed) ??
    givenAgents(entry, snapshot, free, allowed) ??
    lastServed(entry, snapshot, free, allowed) ??
    ofGroups(entry, snapshot, free, allowed) ??
    []
  );
}

type Choice = readonly OfferDecision[] | undefined;

function preferred(entry: RoutingEntry, free: FreeAgents, allowed: Filter): Choice {
  for (const [place, agentId] of entry.preferredAgentIds.entries()) {
    if (entry.onlyAgentIds && !entry.onlyAgentIds.includes(agentId)) continue;
    const agent = free.get(agentId);
    if (agent && allowed(agent))
      return [offer(agent, entry.skillGroupId, [{ code: 'preferredAgent', place: place + 1 }])];
  }
  return undefined;
}

function givenAgents(entry: RoutingEntry, snapshot: RoutingSnapshot, free: FreeAgents, allowed: Filter): Choice {
  if (!entry.onlyAgentIds) return undefined;
  const there = entry.onlyAgentIds.map((id) => free.get(id)).filter((agent) => agent !== undefined);
  const chosen = chooseAgents(only(there, allowed), { strategy: 'longestIdle', ...snapshot });
  return chosen.map((one) => offerOf(one, entry.skillGroupId, [{ code: 'onlyAgent' }]));
}

function lastServed(entry: RoutingEntry, snapshot: RoutingSnapshot, free: FreeAgents, allowed: Filter): Choice {
  const { lastServedAgentId, skillGroupId } = entry;
  if (lastServedAgentId === undefined || skillGroupId === undefined) return undefined;
  if (!groupOf(snapshot.groups, skillGroupId).lastServedFirst) return undefined;
  const agent = free.get(lastServedAgentId);
  if (!agent || !allowed(agent)) return undefined;
  const group = servingGroups(entry, snapshot.groups, snapshot.now).find((serving) =>
    agent.skillGroups.some((membership) => membership.skillGroupId === serving.skillGroupId),
  );
  return group && [offer(agent, group.skillGroupId, [{ code: 'lastServed' }])];
}

function ofGroups(entry: RoutingEntry, snapshot: RoutingSnapshot, free: FreeAgents, allowed: Filter): Choice {
  for (const { skillGroupId, overflowAfterSeconds } of servingGroups(entry, snapshot.groups, snapshot.now)) {
    const { strategy } = groupOf(snapshot.groups, skillGroupId);
    const chosen = chooseAgents(only(free.members(skillGroupId), allowed), { strategy, skillGroupId, ...snapshot });
    if (chosen.length === 0) continue;
    const how: readonly Because[] =
      overflowAfterSeconds === undefined
        ? []
        : [{ code: 'overflow', skillGroupId, afterSeconds: overflowAfterSeconds }];
    const agents = snapshot.seats.unreachableIn(skillGroupId);
    const leftOut: readonly Because[] = agents === 0 ? [] : [{ code: 'unreachableLeftOut', agents }];
    return chosen.map((one) => offerOf(one, skillGroupId, how, leftOut));
  }
  return undefined;
}

function offerOf(
  { agent, because }: ChosenAgent,
  skillGroupId: string | undefined,
  how: readonly Because[],
  besides: readonly Because[] = [],
) {
  return offer(agent, skillGroupId, [...how, because, ...besides]);
}

function offer(agent: RoutingAgent, skillGroupId: string | undefined, because: readonly Because[]): OfferDecision {
  return { agentId: agent.id, ...(skillGroupId === undefined ? {} : { skillGroupId }), because };
}

function* only(agents: Iterable<RoutingAgent>, allowed: Filter): Iterable<RoutingAgent> {
  for (const agent of agents) if (allowed(agent)) yield agent;
}
