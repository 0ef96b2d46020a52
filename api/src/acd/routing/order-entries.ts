import { groupOf, type RoutingEntry, type RoutingGroup } from './snapshot.js';

/** Who is served first: the call's priority and its group's together, then the place in line (`enqueuedAt`), then the id, so that the order is total. */
export function compareEntries(groups: ReadonlyMap<string, RoutingGroup>) {
  return (a: RoutingEntry, b: RoutingEntry): number =>
    urgency(b, groups) - urgency(a, groups) || a.enqueuedAt - b.enqueuedAt || (a.id < b.id ? -1 : 1);
}

export function orderEntries(
  entries: readonly RoutingEntry[],
  groups: ReadonlyMap<string, RoutingGroup>,
): RoutingEntry[] {
  return [...entries].sort(compareEntries(groups));
}

function urgency(entry: RoutingEntry, groups: ReadonlyMap<string, RoutingGroup>): number {
  return entry.priority + (entry.skillGroupId === undefined ? 0 : groupOf(groups, entry.skillGroupId).queuePriority);
}
