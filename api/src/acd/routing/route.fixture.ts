import type { RoutingAgent, RoutingEntry, RoutingGroup, RoutingSnapshot, Seats } from './snapshot.js';

export const now = 1_000_000;
export const day = '2026-01-01';

export function agent(id: string, given: Partial<RoutingAgent> = {}): RoutingAgent {
  return {
    id,
    idleSince: now,
    lastOfferedAt: 0,
    answered: { day, count: 0 },
    skillGroups: [{ skillGroupId: 'G1', priority: 3 }],
    ...given,
  };
}

/** Memberships, all at priority 3. */
export function inGroups(...ids: string[]) {
  return { skillGroups: ids.map((skillGroupId) => ({ skillGroupId, priority: 3 })) };
}

export function entry(id: string, given: Partial<RoutingEntry> = {}): RoutingEntry {
  return {
    id,
    state: 'waiting',
    skillGroupId: 'G1',
    enqueuedAt: now - 100,
    priority: 0,
    onNoSeat: 'turnAway',
    offerIds: [],
    preferredAgentIds: [],
    declined: [],
    ...given,
  };
}

export function group(id: string, given: Partial<RoutingGroup> = {}): RoutingGroup {
  return {
    id,
    strategy: 'longestIdle',
    lastServedFirst: false,
    queuePriority: 0,
    maxWaiting: 100,
    overflow: [],
    ...given,
  };
}

/** Everybody is there. */
export const allThere: Seats = {
  group: () => ({ online: true, emptySince: Number.NEGATIVE_INFINITY }),
  agent: () => ({ online: true, emptySince: Number.NEGATIVE_INFINITY }),
  unreachableIn: () => 0,
};

/** Nobody has been there since. */
export function nobodySince(emptySince: number, except: readonly string[] = []): Seats {
  const state = (id: string) => (except.includes(id) ? allThere.group(id) : ({ online: false, emptySince } as const));
  return { ...allThere, group: state, agent: state };
}

export function snapshot(given: {
  agents?: readonly RoutingAgent[];
  entries?: readonly RoutingEntry[];
  groups?: readonly RoutingGroup[];
  seats?: Seats;
}): RoutingSnapshot {
  return {
    now,
    day,
    agents: given.agents ?? [],
    entries: given.entries ?? [],
    groups: new Map((given.groups ?? [group('G1')]).map((one) => [one.id, one])),
    seats: given.seats ?? allThere,
    waitingIn: (skillGroupId) =>
      (given.entries ?? []).filter((one) => one.state === 'waiting' && one.skillGroupId === skillGroupId).length,
  };
}
