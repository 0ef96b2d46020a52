/**
 * The live state of a contact centre: who works, who waits, who is being asked. Plain data, changed only by `LiveCentreStore.commit`. Each record carries a
 * `revision`; a change is decided on one revision and stored only if that still is the latest. Times are milliseconds since the epoch.
 */
export type LiveRecord = LiveAgent | QueueEntry | Offer;
export type LiveKind = LiveRecord['kind'];

export type AgentStatus = 'free' | 'notReady' | 'rest' | 'busy' | 'afterCallWork' | 'offline';
/** What an agent or an administrator may ask for. */
export type AskableStatus = 'free' | 'notReady' | 'rest' | 'offline';

interface LiveBase {
  readonly id: string;
  readonly accountId: string;
  readonly revision: number;
}

/** An agent at work. There is none for an agent who was never online; an offline one is kept for its history of today. */
export interface LiveAgent extends LiveBase {
  readonly kind: 'agent';
  readonly status: AgentStatus;
  readonly restReason?: string;
  /** Since when it has this status. */
  readonly since: number;
  /** Since when it could have taken a call without getting one: what "longest idle" compares. */
  readonly idleSince: number;
  /** Asked for during a call; takes effect after it and its after-call work. */
  readonly reserved?: { readonly status: AskableStatus; readonly restReason?: string };
  /** The status before the call, to which after-call work returns. */
  readonly before?: { readonly status: 'free' | 'notReady' | 'rest'; readonly restReason?: string };
  /** End of after-call work; undefined while it lasts until ended by hand. */
  readonly afterCallWorkUntil?: number;
  /** The offer that rings it. An agent with one gets no other. */
  readonly offerId?: string;
  /** The contact it talks in, or is placing. */
  readonly contactId?: string;
  /** Since when it is in the call, or in the work after it. */
  readonly handlingSince?: number;
  /** How long it lately was busy with a contact, after-call work included: a mean that forgets, milliseconds. For the expected wait. */
  readonly handleMs?: number;
  /** The node that owns that contact's call. Should it die, the routing node ends the call for the agent. */
  readonly contactNodeId?: string;
  /** Connected clients (event streams). An agent without one goes offline after the grace, unless a phone can be rung. */
  readonly clients: readonly LiveClient[];
  /** Since when the last client is gone, for an agent who went online with one or lost one. */
  readonly withoutClientSince?: number;
  /** Whether it can be rung without a client: a bound SIP phone, or mobile answer. */
  readonly reachableWithoutClient: boolean;
  /** Whether its mobile may be rung, which nobody tells us is there. */
  readonly mobileRings?: boolean;
  /** A call was offered to it and nothing of it could be rung. Until there is a sign of it, or that time, it is offered none. */
  readonly unreachable?: { readonly since: number; readonly until?: number };
  /** Copied from the agent's record, so that routing reads nothing else. */
  readonly skillGroups: readonly { readonly skillGroupId: string; readonly priority: number }[];
  /** Calls answered on that day (in the centre's time zone). */
  readonly answered: { readonly day: string; readonly count: number };
  /** When a call was last offered to it: round robin. */
  readonly lastOfferedAt: number;
  readonly lastChange: StatusChange;
}

/** A client's connection, and the process that has it: those of a process that dies are taken off. */
export interface LiveClient {
  readonly id: string;
  readonly nodeId: string;
}

/** Who changed a status, why, from what, to what, when. Kept in the status history. */
export interface StatusChange {
  /** Counts this agent's changes, from 1; anew after the live state was lost. */
  readonly number: number;
  readonly from: AgentStatus;
  readonly to: AgentStatus;
  readonly restReason?: string;
  readonly by: 'agent' | 'admin' | 'system';
  /** The agent or key, where a person or a program asked. */
  readonly byId?: string;
  readonly why: StatusReason;
  readonly at: number;
  readonly contactId?: string;
}

export type StatusReason =
  | 'asked'
  | 'wentOnline'
  | 'loggedOut'
  | 'clientLost'
  | 'forcedOffline'
  | 'answered'
  | 'placedCall'
  | 'joinedCall'
  | 'callEnded'
  | 'afterCallWorkEnded'
  | 'missedOffer'
  /** What was asked for during the call. */
  | 'reserved'
  /** The node that owned the call died. */
  | 'callLost';

/** A call that waits for an agent. Gone from the live state once it is connected or has left; its contact keeps what happened. */
export interface QueueEntry extends LiveBase {
  readonly kind: 'entry';
  readonly contactId: string;
  /** The customer's call. */
  readonly callId: string;
  /** The node that owns the call, and so this entry. */
  readonly nodeId: string;
  /** The group it was queued for. Undefined where only given agents may serve it (a transfer to an agent, a fixed memory). */
  readonly skillGroupId?: string;
  /** Its place in line. Kept through time-outs, refusals and overflow. */
  readonly enqueuedAt: number;
  /** 0 to 100, higher first, before time; on top of the group's own. */
  readonly priority: number;
  /**
   * `arriving` (as its owner puts it, until the routing node has looked at it), `waiting` (it is in line: nobody can serve it now), `offered` (it rings for
   * somebody), `turnedAway` (it may not wait, see `turnedAway`; its owner removes it).
   */
  readonly state: 'arriving' | 'waiting' | 'offered' | 'turnedAway';
  readonly turnedAway?: TurnedAway;
  /** Where every agent who could serve it is offline or at rest: turned away (`noSeatOnline`), or waits all the same. */
  readonly onNoSeat: 'turnAway' | 'wait';
  /** The offers that ring for it now; more than one only with `ringAll`. */
  readonly offerIds: readonly string[];
  /** Groups that serve it too, in this order and at once, while nobody of those before is free; before its group's own overflow. */
  readonly overflowSkillGroupIds?: readonly string[];
  /** Asked first, in this order, while they are available. */
  readonly preferredAgentIds: readonly string[];
  /** Nobody but these. */
  readonly onlyAgentIds?: readonly string[];
  /** Who served this customer last, for groups that want it. */
  readonly lastServedAgentId?: string;
  /** Agents who refused or missed it, with when: skipped while somebody else can serve it. */
  readonly declined: readonly { readonly agentId: string; readonly at: number }[];
}

/** Why a call may not wait: as many wait already as may, or every agent who could serve it is offline or at rest. */
export type TurnedAway = 'queueFull' | 'noSeatOnline';

/** An agent is being asked to take a waiting call. Gone once it is accepted, refused, timed out or withdrawn. */
export interface Offer extends LiveBase {
  readonly kind: 'offer';
  readonly entryId: string;
  readonly contactId: string;
  readonly agentId: string;
  /** The node that owns the customer's call, and rings the agent. */
  readonly nodeId: string;
  /** The group on whose behalf. */
  readonly skillGroupId?: string;
  readonly madeAt: number;
  /** Given up then; undefined: rings until answered, refused or withdrawn. */
  readonly ringsUntil?: number;
  /** Why this agent, for supervisors. */
  readonly because: readonly RoutingReason[];
}

/** One step of a routing decision, as data: a code and what it was about. */
export interface RoutingReason {
  readonly code: string;
  readonly [detail: string]: string | number | boolean | readonly string[];
}
