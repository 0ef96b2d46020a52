import { groupOf, type RoutingEntry, type RoutingGroup, type SeatState, type Seats } from './snapshot.js';

/** An agent who refused or missed a call is asked again after so long, where nobody else is free. */
export const askAgainAfterMs = 10_000;
/** Calls that wait are turned away once nobody was there for so long: somebody at rest for a moment sends nobody home. */
export const emptySeatsGraceMs = 30_000;

/** A group that may serve a call now. */
export interface ServingGroup {
  readonly skillGroupId: string;
  /** Of the overflow step; undefined: the call's own group. */
  readonly overflowAfterSeconds?: number;
}

/** The groups whose members may serve the call now, the own one first, then those that the call names, then the own one's overflow steps that are due, in their order (IVR-20). A step after 0 s is due at once. */
export function servingGroups(
  entry: RoutingEntry,
  groups: ReadonlyMap<string, RoutingGroup>,
  now: number,
): readonly ServingGroup[] {
  return steps(entry, groups).filter(
    ({ overflowAfterSeconds: after }) => after === undefined || now - entry.enqueuedAt >= after * 1000,
  );
}

/** Every group that serves the call now or later. */
export function allGroups(entry: RoutingEntry, groups: ReadonlyMap<string, RoutingGroup>): readonly string[] {
  return steps(entry, groups).map(({ skillGroupId }) => skillGroupId);
}

/** The call's own group, those that it names for overflow, and the group's own overflow steps. */
function steps(entry: RoutingEntry, groups: ReadonlyMap<string, RoutingGroup>): readonly ServingGroup[] {
  const { skillGroupId, overflowSkillGroupIds = [], onlyAgentIds } = entry;
  if (skillGroupId === undefined || onlyAgentIds !== undefined) return [];
  const named = overflowSkillGroupIds.map((id) => ({ skillGroupId: id, overflowAfterSeconds: 0 }));
  const own = groupOf(groups, skillGroupId).overflow.map((step) => ({
    skillGroupId: step.skillGroupId,
    overflowAfterSeconds: step.afterSeconds,
  }));
  return [{ skillGroupId }, ...named, ...own];
}

/** When the agent refused or missed that call last. */
export function declinedAt(entry: RoutingEntry, agentId: string): number | undefined {
  return entry.declined.find((one) => one.agentId === agentId)?.at;
}

/** When more agents may serve the call than now, where nothing else happens: the next overflow step, the end of a pause after a refusal. */
export function widensAt(
  entry: RoutingEntry,
  groups: ReadonlyMap<string, RoutingGroup>,
  now: number,
): number | undefined {
  const times = [
    ...steps(entry, groups).map(({ overflowAfterSeconds = 0 }) => entry.enqueuedAt + overflowAfterSeconds * 1000),
    ...entry.declined.map(({ at }) => at + askAgainAfterMs),
  ].filter((at) => at > now);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Whether anybody is there who could ever serve the call (IVR-18: online and not at rest, in any of its groups). */
export function seatsFor(entry: RoutingEntry, groups: ReadonlyMap<string, RoutingGroup>, seats: Seats): SeatState {
  const states = [
    ...allGroups(entry, groups).map((id) => seats.group(id)),
    ...(entry.onlyAgentIds ?? entry.preferredAgentIds).map((id) => seats.agent(id)),
  ];
  return {
    online: states.some(({ online }) => online),
    emptySince: Math.max(Number.NEGATIVE_INFINITY, ...states.map(({ emptySince }) => emptySince)),
  };
}
