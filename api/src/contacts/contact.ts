import type { RoutingReason } from '../acd/live-records.js';
import type { EndCode } from '../call-records/call-in-contact.js';
import type { ContactEvent } from './contact-events.js';

/**
 * The record of a customer's whole visit (Tencent's session): who took part, in order, what happened, how it ended. One document, changed only through
 * `ContactStore.change`, which pushes the change's events onto it in the same write. Times are milliseconds since the epoch.
 *
 * Every call carries a contact id. The record is made when the call first touches the contact centre: it is queued, refused by the blacklist, or placed
 * by or for an agent.
 */
export interface Contact {
  readonly id: string; // CN…
  readonly accountId: string;
  /** The node that owns its calls. */
  readonly nodeId: string;
  readonly direction: 'inbound' | 'outbound' | 'internal';
  /** The customer's number, E.164 where it is one. Internal: the calling agent's extension or id. Never shown to whom number protection hides it. */
  readonly customer: string;
  /** The enterprise number that was dialled, or shown. */
  readonly line: string;
  /** What stands for the customer's number where it is mapped. */
  readonly protectedCustomer?: string;
  readonly location?: CustomerLocation;
  readonly status: ContactStatus;
  readonly startedAt: number;
  /** Joined the queue (outbound and internal: never). */
  readonly queuedAt?: number;
  /** First ring: of an agent (inbound), of the customer (outbound). */
  readonly ringingAt?: number;
  /** First answer of that side. */
  readonly acceptedAt?: number;
  readonly endedAt?: number;
  readonly endCode?: EndCode;
  readonly endedBy?: 'customer' | 'agent' | 'admin' | 'timer' | 'system';
  /** The group it was first queued for, or on whose behalf it was placed. */
  readonly skillGroupId?: string;
  /** In order of joining; the first is the customer. Of more than 50 the agents who missed it are dropped, oldest first. */
  readonly participants: readonly Participant[];
  /** Keys pressed in the IVR, in order. */
  readonly keys: readonly { readonly key: string; readonly label: string; readonly at: number }[];
  /** What the customer answered when it was asked for a rating, in order; `noInput` as key where it pressed none. */
  readonly ratings?: readonly { readonly key: string; readonly label: string; readonly at: number }[];
  /** Messages the customer left. */
  readonly voicemails?: readonly Voicemail[];
  /** What agents, supervisors and routing did, in order; the oldest of more than 500 are dropped. */
  readonly trail: readonly TrailEntry[];
  /** Free data given at the start, returned in the record; at most 1,024 bytes. */
  readonly uui?: string;
  /** Agents' note on the contact. */
  readonly remark?: string;
  readonly recordingIds: readonly string[];
  /** Number of events so far: the last event's sequence. */
  readonly sequence: number;
  readonly revision: number;
  readonly pendingEvents: readonly ContactEvent[];
}

/**
 * `ivr` (a script runs, nobody was asked for), `queued`, `ringing` (an agent, or the customer on the way out), `joining` (answered, and hears what it is told before the
 * talk), `inProgress`, `finished`.
 */
export type ContactStatus = 'ivr' | 'queued' | 'ringing' | 'joining' | 'inProgress' | 'finished';

/** A message that was left, and the group it is for. */
export interface Voicemail {
  readonly recordingId: string;
  readonly skillGroupId?: string;
  readonly durationSeconds: number;
  readonly at: number;
}

export interface CustomerLocation {
  readonly country: string;
  readonly province: string;
  readonly city: string;
  readonly operator: string;
}

/** One party of a contact, for one stay: an agent who is called back later is another participant. */
export interface Participant {
  /** From 0, in order. */
  readonly sequence: number;
  /** Tencent's participant types: staffSeat (client), staffExtensionSeat (SIP phone), staffPhoneSeat (mobile), miniProgramSeat, outboundSeat (external line). */
  readonly type:
    | 'customer'
    | 'staffSeat'
    | 'staffExtensionSeat'
    | 'staffPhoneSeat'
    | 'miniProgramSeat'
    | 'outboundSeat'
    | 'supervisor';
  readonly agentId?: string;
  /** The number or SIP user that was called, where it is not an agent's. */
  readonly phone?: string;
  /** The number of ours that an external line was shown. */
  readonly callerId?: string;
  readonly callId?: string;
  readonly skillGroupId?: string;
  readonly startedAt: number;
  readonly ringingAt?: number;
  readonly acceptedAt?: number;
  readonly endedAt?: number;
  readonly endCode?: EndCode;
  /** Sequences of the participants it came from and went to by transfer. */
  readonly transferFrom?: number;
  readonly transferTo?: number;
  /** Whether nobody hears it, as it asked (isMicMuted). */
  readonly muted?: boolean;
  readonly heldMs: number;
  readonly afterCallWorkMs?: number;
}

export interface TrailEntry {
  readonly at: number;
  readonly what:
    | 'queued'
    | 'routed'
    | 'overflowed'
    | 'offered'
    | 'declined'
    | 'missed'
    | 'accepted'
    | 'callerRefused'
    | 'hold'
    | 'unhold'
    | 'mute'
    | 'unmute'
    | 'transfer'
    | 'consult'
    | 'consultReturned'
    | 'conference'
    | 'left'
    | 'digitsSent'
    | 'digitsCollected'
    | 'played'
    | 'script'
    | 'scriptReturned'
    | 'remark'
    | 'blacklisted'
    | 'listen'
    | 'whisper'
    | 'barge'
    | 'takeOver'
    | 'supervisorLeft';
  readonly agentId?: string;
  readonly because?: readonly RoutingReason[];
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}
