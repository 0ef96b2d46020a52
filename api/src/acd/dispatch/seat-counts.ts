import type { LiveAgent } from '../live-records.js';
import type { SeatState, Seats } from '../routing/snapshot.js';

interface GroupCount {
  there: number;
  unreachable: number;
  lastLeft: number;
}

/** Who is there, per group: online and not at rest. */
export class SeatCounts implements Seats {
  readonly #groups = new Map<string, GroupCount>();
  readonly #agents: ReadonlyMap<string, LiveAgent>;

  constructor(agents: ReadonlyMap<string, LiveAgent>) {
    this.#agents = agents;
  }

  /** An agent as it was and as it is; undefined: there is none. */
  change(before: LiveAgent | undefined, after: LiveAgent | undefined): void {
    for (const { skillGroupId } of (isThere(before) && before?.skillGroups) || []) {
      const count = this.#count(skillGroupId);
      count.there--;
      if (isLeftOut(before)) count.unreachable--;
    }
    for (const { skillGroupId } of after?.skillGroups ?? []) {
      const count = this.#count(skillGroupId);
      if (isLeftOut(after)) count.unreachable++;
      if (isThere(after)) count.there++;
      else count.lastLeft = Math.max(count.lastLeft, after!.since);
    }
  }

  group(skillGroupId: string): SeatState {
    const count = this.#groups.get(skillGroupId);
    return { online: (count?.there ?? 0) > 0, emptySince: count?.lastLeft ?? Number.NEGATIVE_INFINITY };
  }

  agent(agentId: string): SeatState {
    const agent = this.#agents.get(agentId);
    // A call for this agent alone is not let wait for a phone that may never come back.
    if (agent?.unreachable && isThere(agent)) return { online: false, emptySince: agent.unreachable.since };
    return { online: isThere(agent), emptySince: agent?.since ?? Number.NEGATIVE_INFINITY };
  }

  unreachableIn(skillGroupId: string): number {
    return this.#groups.get(skillGroupId)?.unreachable ?? 0;
  }

  clear(): void {
    this.#groups.clear();
  }

  #count(skillGroupId: string): GroupCount {
    const known = this.#groups.get(skillGroupId);
    if (known) return known;
    const count = { there: 0, unreachable: 0, lastLeft: Number.NEGATIVE_INFINITY };
    this.#groups.set(skillGroupId, count);
    return count;
  }
}

function isThere(agent: LiveAgent | undefined): boolean {
  return agent !== undefined && agent.status !== 'offline' && agent.status !== 'rest';
}

function isLeftOut(agent: LiveAgent | undefined): boolean {
  return agent?.status === 'free' && agent.unreachable !== undefined;
}
