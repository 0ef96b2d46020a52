import type { AgentEndpoint } from '../../agent-legs/choose-endpoints.js';
import type { EndCode } from '../../call-records/call-in-contact.js';
import type { QueueEnd } from '../../scripting/script-context.js';
import type { Participant } from '../contact.js';
import type { ContactEventType } from '../contact-events.js';
import type { NewContact } from '../contact-store.js';

/** What a customer's flow says that only matters until the contact is over. */
export interface FlowFacts {
  /** How the contact ends if nobody takes the call. */
  readonly endsAs?: Extract<EndCode, 'ivrEnd' | 'notWorkTime' | 'noSeatOnline'>;
  /** A rating was asked for and has not come. */
  readonly asksForRating?: boolean;
  /** A message that is being recorded. */
  readonly voicemail?: { readonly recordingId: string; readonly skillGroupId?: string; readonly since: number };
}

/** A contact as its owner knows it while it lives: its record, and what only matters now. Plain data, changed only by the acts of this folder. */
export interface Visit {
  readonly contact: VisitRecord;
  /** Participants who are here or being called, in order of joining. */
  readonly parties: readonly Party[];
  /** Who is being looked for. */
  readonly searches: readonly Search[];
  /** An agent placed it. The customer has no script to go on with. */
  readonly placed?: Placed;
  /** What the last wait came to, where nobody took the call. */
  readonly lastWait?: Exclude<QueueResult, 'connected'>;
  readonly flow?: FlowFacts;
}

/** A call that an agent places: the agent's own phone first, then whom it calls. */
export interface Placed {
  /** Sequence of the agent who calls. */
  readonly by: number;
  readonly endpoint: AgentEndpoint;
  /** Whether the agent's SIP phone answers by itself. */
  readonly automatic: boolean;
  readonly to:
    | { readonly kind: 'customer' /** In this order; at least one. */; readonly callers: readonly Caller[] }
    | { readonly kind: 'agent'; readonly agentId: string }
    | { readonly kind: 'mobile'; readonly agentId: string; readonly number: string };
  /** What agents' mobiles see. */
  readonly mobileCallerId: string;
  /** The flow that asks the customer for a rating when the agents leave first. */
  readonly surveyFlowId?: string;
}

/** A number of ours that is shown to the customer, and the group on whose behalf it is called then. */
export interface Caller {
  readonly number: string;
  readonly skillGroupId?: string;
}

/** The record as its owner has it, ahead of the writes under way. */
export type VisitRecord = NewContact;

/** How a wait in the queue ended. */
export type QueueResult = QueueEnd['queueResult'];

export interface Party {
  /** Its participant's. */
  readonly sequence: number;
  readonly role: 'customer' | 'agent' | 'external' | 'supervisor';
  readonly agentId?: string;
  readonly state: PartyState;
  /** What it is called for. */
  readonly searchId?: string;
  readonly offerId?: string;
  /** What it came for, while it is joining. */
  readonly joinsFor?: Search;
  /** Its agent counts as busy with the contact while its phone still rings: it placed the call, or another agent calls it. */
  readonly engaged?: boolean;
  /** Since when it is on hold, milliseconds since the epoch. */
  readonly heldSince?: number;
  /** What it hears meanwhile: the hold audio, the waiting audio, or nothing (something is played to it). */
  readonly heldWith?: 'hold' | 'waiting' | 'silence';
  readonly muted: boolean;
  /** The agent who consults it without the customer. */
  readonly consultedBy?: number;
  readonly supervision?: Supervision;
}

export type PartyState =
  /** The customer, before it is called: the agent's phone comes first. */
  | 'awaited'
  /** Called, not answered. */
  | 'ringing'
  /** The customer, called and not answered: its far end sends sound already. */
  | 'sounding'
  /** Answered; whether it is the one who gets the call is being stored. */
  | 'claiming'
  /** Got the call; hears (or the customer hears) what is said before the talk. */
  | 'joining'
  | 'talking'
  /** The customer, with a script of its own call: before the talk, and after it. */
  | 'scripted'
  /** The customer, in a script that an agent sent it to. */
  | 'away';

/** Hears everyone and speaks to nobody, to one agent, or to everyone. */
export type Supervision =
  | { readonly mode: 'listen' | 'barge' }
  | { readonly mode: 'whisper' /** Sequence of the agent. */; readonly to: number };

/** Somebody is wanted. Agents are looked for in the queue (the id is the entry's), a number is called at once. */
export interface Search {
  readonly id: string;
  readonly purpose: 'serve' | 'transfer' | 'consult' | 'invite';
  readonly target: SearchTarget;
  readonly enqueuedAt: number;
  readonly priority: number;
  /** The agent who asked, by sequence; who has left meanwhile after a blind transfer. */
  readonly by?: number;
  /** Where nobody is at work: it waits, or is turned away (default). */
  readonly onNoSeat?: 'turnAway' | 'wait';
  /** The id of the search that looks for an agent of the customer's own group where this one comes to nothing. */
  readonly fallbackId?: string;
}

export type SearchTarget =
  | {
      readonly kind: 'group';
      readonly skillGroupId: string;
      readonly preferredAgentIds: readonly string[];
      /** Serve too, in this order, while nobody of those before is free. */
      readonly overflowSkillGroupIds?: readonly string[];
      /** Who took the customer's last inbound call, where the group asks that one first. */
      readonly lastServedAgentId?: string;
    }
  | { readonly kind: 'agents'; readonly agentIds: readonly string[]; readonly skillGroupId?: string }
  | {
      readonly kind: 'number';
      readonly number: string;
      readonly callerId?: string;
      /** It rings so long at most; 60 where nothing is said. */
      readonly ringSeconds?: number;
    };

/** How an agent's phone answered. */
export interface AnsweredBy {
  readonly type: Participant['type'];
  readonly callId: string;
  /** What was called, where it is not the agent's client. */
  readonly phone?: string;
}

/** Why somebody who was called did not come. */
export type RingFailure = 'missed' | 'declined' | 'unreachable' | 'busy' | 'withdrawn';

/** What an agent is told; `agent-events.ts` makes the event of it. */
export type Tidings =
  | { readonly event: 'callIn' /** Undefined: it rings on. */; readonly ringSeconds?: number }
  | { readonly event: 'userAccessed' | 'autoTransfer' | 'callOuted' | 'calloutAccepted' }
  | { readonly event: 'sessionEnded'; readonly closeBy: CloseBy }
  | { readonly event: 'transfer'; readonly skillGroupId?: string; readonly agentId?: string }
  | { readonly event: 'voicemailLeft'; readonly recordingId: string; readonly durationSeconds: number }
  | { readonly event: 'callbackRequested'; readonly callbackRequestId: string };

/** Who ended a talk, in Tencent's words. */
export type CloseBy = 'client' | 'seat' | 'admin' | 'timer';

/** What the owner does because of an act, in order. What comes of it returns as a further act. */
export type Effect =
  /** Puts the search into the queue. */
  | { readonly kind: 'enqueue'; readonly search: Search }
  | { readonly kind: 'dequeue'; readonly searchId: string }
  | { readonly kind: 'ring'; readonly sequence: number; readonly agentId: string; readonly ringsUntil?: number }
  /** Has the agent count as busy with the contact before its phone rings; `engaged` follows, or it does not come. */
  | { readonly kind: 'engage'; readonly sequence: number; readonly agentId: string }
  /** Calls the customer on behalf of the agent who is there. */
  | { readonly kind: 'callCustomer'; readonly sequence: number; readonly number: string; readonly callerId: string }
  | { readonly kind: 'dial'; readonly sequence: number; readonly target: Extract<SearchTarget, { kind: 'number' }> }
  /** Stops calling it, or hangs up on it. */
  | { readonly kind: 'hangUp'; readonly sequence: number; readonly elsewhere: boolean }
  /** Takes the call for the agent; `claimed` says whether it got it. */
  | { readonly kind: 'claim'; readonly sequence: number; readonly offerId: string; readonly searchId: string }
  | { readonly kind: 'giveUp'; readonly offerId: string; readonly why: RingFailure }
  /** Ends what the waiting customer hears and plays what is said before the talk; `welcomed` follows. */
  | { readonly kind: 'welcome'; readonly sequence: number; readonly purpose: Search['purpose'] }
  /** The agent has nothing to do with the contact any more; after a talk there is after-call work. */
  | { readonly kind: 'release'; readonly agentId: string; readonly sequence: number }
  | { readonly kind: 'tell'; readonly agentId: string; readonly tidings: Tidings }
  /** Tells every agent of the group. */
  | { readonly kind: 'tellGroup'; readonly skillGroupId: string; readonly tidings: Tidings }
  | { readonly kind: 'emit'; readonly type: EmittedEvent; readonly detail?: Readonly<Record<string, unknown>> }
  /** The customer's own script goes on. */
  | { readonly kind: 'scriptGoesOn'; readonly result: QueueResult; readonly servedBy?: number }
  /** Runs a flow on the customer's call; the contact is over after it. */
  | { readonly kind: 'survey'; readonly flowId: string }
  /** Ends the script that the customer was sent to. */
  | { readonly kind: 'endScript' }
  /** The record is final. */
  | { readonly kind: 'finished' };

/** All but the first, which is written when the contact is made. */
export type EmittedEvent = Exclude<ContactEventType, 'contact.started'>;

/** How a participant's ringing ended, by why it did not come. */
export const ringEndCode: Readonly<Record<RingFailure, EndCode>> = {
  missed: 'seatGiveUp',
  declined: 'userReject',
  unreachable: 'error',
  busy: 'busy',
  withdrawn: 'unconnected',
};

/** As `ringEndCode`, for outside lines. */
export const externalEndCode: Readonly<Record<RingFailure, EndCode>> = {
  missed: 'notAnswer',
  declined: 'userReject',
  unreachable: 'operatorError',
  busy: 'busy',
  withdrawn: 'callerCancel',
};
