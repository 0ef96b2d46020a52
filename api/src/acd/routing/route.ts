import { chooseForEntry, joinRinging } from './choose-for-entry.js';
import { emptySeatsGraceMs, seatsFor } from './eligibility.js';
import { FreeAgents } from './free-agents.js';
import { orderEntries } from './order-entries.js';
import { type Decision, groupOf, type RoutingEntry, type RoutingSnapshot, type SeatState } from './snapshot.js';

/**
 * Decides who is asked for which call. Calls are served in order; each gets the best of the agents who are still free. Then calls that arrived and got nobody
 * are let in or turned away, and those that wait are turned away where nobody has been there for a while.
 *
 * What holds: no agent and no call twice; no agent who may serve a waiting call stays free; no call is served by an agent whom a call before it could have had.
 */
export function route(snapshot: RoutingSnapshot): readonly Decision[] {
  const free = new FreeAgents(snapshot.agents);
  const inLine = orderEntries(
    snapshot.entries.filter(({ state }) => state === 'arriving' || state === 'waiting'),
    snapshot.groups,
  );
  const offers: Decision[] = [];
  const unserved: RoutingEntry[] = [];
  for (const entry of inLine) {
    const chosen = free.size === 0 ? [] : chooseForEntry(entry, snapshot, free);
    if (chosen.length === 0) {
      unserved.push(entry);
      continue;
    }
    for (const { agentId } of chosen) free.take(agentId);
    offers.push({ type: 'offer', entryId: entry.id, offers: chosen });
  }
  return [...offers, ...ringMore(snapshot, free), ...letIn(unserved, offers, snapshot)];
}

/** Calls that ring by ring all ring for those too who became free meanwhile. */
function ringMore(snapshot: RoutingSnapshot, free: FreeAgents): readonly Decision[] {
  if (free.size === 0) return [];
  const decisions: Decision[] = [];
  for (const entry of orderEntries(
    snapshot.entries.filter(({ state }) => state === 'offered'),
    snapshot.groups,
  )) {
    const chosen = joinRinging(entry, snapshot, free);
    if (chosen.length === 0) continue;
    for (const { agentId } of chosen) free.take(agentId);
    decisions.push({ type: 'offer', entryId: entry.id, offers: chosen });
  }
  return decisions;
}

/** In the order of the line, so that of two that arrive together the first gets the last place. */
function letIn(
  unserved: readonly RoutingEntry[],
  offers: readonly Decision[],
  snapshot: RoutingSnapshot,
): readonly Decision[] {
  const { groups, now } = snapshot;
  const seatsOf = rememberSeats(snapshot);
  const served = new Set(offers.map(({ entryId }) => entryId));
  const waiting = new Map<string, number>();
  for (const { id, state, skillGroupId } of snapshot.entries) {
    if (state === 'waiting' && skillGroupId !== undefined && served.has(id)) {
      waiting.set(skillGroupId, (waiting.get(skillGroupId) ?? snapshot.waitingIn(skillGroupId)) - 1);
    }
  }
  const decisions: Decision[] = [];
  for (const entry of unserved) {
    const arriving = entry.state === 'arriving';
    const { skillGroupId } = entry;
    if (entry.onNoSeat === 'turnAway') {
      const { online, emptySince } = seatsOf(entry);
      if (!online && (arriving || now - emptySince >= emptySeatsGraceMs)) {
        decisions.push({ type: 'turnAway', entryId: entry.id, why: 'noSeatOnline' });
        continue;
      }
    }
    if (!arriving) continue;
    if (skillGroupId !== undefined) {
      const before = waiting.get(skillGroupId) ?? snapshot.waitingIn(skillGroupId);
      if (before >= groupOf(groups, skillGroupId).maxWaiting) {
        decisions.push({ type: 'turnAway', entryId: entry.id, why: 'queueFull' });
        continue;
      }
      waiting.set(skillGroupId, before + 1);
    }
    decisions.push({ type: 'admit', entryId: entry.id });
  }
  return decisions;
}

/** Many calls of one group wait for the same people. */
function rememberSeats({ groups, seats }: RoutingSnapshot): (entry: RoutingEntry) => SeatState {
  const known = new Map<string, SeatState>();
  return (entry) => {
    const { skillGroupId, onlyAgentIds, preferredAgentIds, overflowSkillGroupIds } = entry;
    if (skillGroupId === undefined || onlyAgentIds || overflowSkillGroupIds || preferredAgentIds.length > 0)
      return seatsFor(entry, groups, seats);
    const state = known.get(skillGroupId) ?? seatsFor(entry, groups, seats);
    known.set(skillGroupId, state);
    return state;
  };
}
