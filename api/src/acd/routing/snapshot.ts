/**
 * What a routing decision is made of: plain data, as of one moment. The live records fit as they are (`LiveAgent`, `QueueEntry`, `SkillGroup`); routing knows
 * nothing else of them. Times are milliseconds since the epoch.
 */
export interface RoutingSnapshot {
  readonly now: number;
  /** Today in the centre's time zone (yyyy-mm-dd): which answered calls count. */
  readonly day: string;
  /** Agents who are free and not being asked. */
  readonly agents: readonly RoutingAgent[];
  /** Calls that arrive, wait or ring, in any order. Where somebody is free: all that they may serve, or the order is not kept. */
  readonly entries: readonly RoutingEntry[];
  readonly groups: ReadonlyMap<string, RoutingGroup>;
  readonly seats: Seats;
  /** How many calls of that group wait. */
  waitingIn(skillGroupId: string): number;
}

export interface RoutingAgent {
  readonly id: string;
  readonly idleSince: number;
  readonly lastOfferedAt: number;
  readonly answered: { readonly day: string; readonly count: number };
  /** Priority 1 (highest) to 5. */
  readonly skillGroups: readonly { readonly skillGroupId: string; readonly priority: number }[];
}

export interface RoutingEntry {
  readonly id: string;
  readonly state: 'arriving' | 'waiting' | 'offered' | 'turnedAway';
  readonly skillGroupId?: string;
  readonly enqueuedAt: number;
  readonly priority: number;
  readonly onNoSeat: 'turnAway' | 'wait';
  readonly offerIds: readonly string[];
  readonly overflowSkillGroupIds?: readonly string[];
  readonly preferredAgentIds: readonly string[];
  readonly onlyAgentIds?: readonly string[];
  readonly lastServedAgentId?: string;
  readonly declined: readonly { readonly agentId: string; readonly at: number }[];
}

export interface RoutingGroup {
  readonly id: string;
  readonly strategy: 'longestIdle' | 'fewestCalls' | 'priority' | 'roundRobin' | 'ringAll';
  readonly lastServedFirst: boolean;
  readonly queuePriority: number;
  readonly maxWaiting: number;
  readonly overflow: readonly { readonly afterSeconds: number; readonly skillGroupId: string }[];
}

/** Who is there at all: online and not at rest, whatever they do. */
export interface Seats {
  group(skillGroupId: string): SeatState;
  agent(agentId: string): SeatState;
  /** How many of the group are free, but could not be reached and are left out. */
  unreachableIn(skillGroupId: string): number;
}

export interface SeatState {
  readonly online: boolean;
  /** Where nobody is: since when (minus infinity: nobody ever was). */
  readonly emptySince: number;
}

/** What is to be done, and why. */
export type Decision =
  /** Ask these agents (more than one: ring all). */
  | { readonly type: 'offer'; readonly entryId: string; readonly offers: readonly OfferDecision[] }
  /** Nobody can take it now: it waits. */
  | { readonly type: 'admit'; readonly entryId: string }
  | { readonly type: 'turnAway'; readonly entryId: string; readonly why: 'queueFull' | 'noSeatOnline' };

export interface OfferDecision {
  readonly agentId: string;
  /** The group on whose behalf; undefined where the call is for given agents. */
  readonly skillGroupId?: string;
  readonly because: readonly Because[];
}

/** One step of a decision. */
export interface Because {
  readonly code:
    | 'onlyAgent' // nobody else may serve this call
    | 'preferredAgent' // asked first by the call's own list; `place` from 1
    | 'lastServed' // served this customer last
    | 'overflow' // nobody of the call's own group could; `skillGroupId`, `afterSeconds`
    | 'longestIdle' // `idleMs`
    | 'fewestCalls' // `answeredToday`, `idleMs`
    | 'priority' // `priority` in the group, `idleMs`
    | 'roundRobin' // `lastOfferedAt` (0: never)
    | 'ringAll' // `among`: how many are asked at once
    | 'unreachableLeftOut' // others of the group are free, but nothing of theirs could be rung; `agents`: how many
    | 'askedAgain'; // it refused or missed this call before, and nobody else is free; `declinedAt`
  readonly [detail: string]: string | number;
}

/** A group that was deleted while calls wait for it. */
export function groupOf(groups: ReadonlyMap<string, RoutingGroup>, id: string): RoutingGroup {
  return (
    groups.get(id) ?? {
      id,
      strategy: 'longestIdle',
      lastServedFirst: false,
      queuePriority: 0,
      maxWaiting: Number.POSITIVE_INFINITY,
      overflow: [],
    }
  );
}
