import type { DiversionReason } from '@hookswitch/media/port/diversion';
import type { MediaStats } from '@hookswitch/media/port/live-call';
import type { MediaPath } from '@hookswitch/media/port/media-path';
import type { Termination } from '@hookswitch/media/port/termination';
import type { CallEvent } from './call-events.js';
import type { CallStatus } from './call-state.js';
import type { FlowRef } from './flow-ref.js';

/**
 * The record of one call: one leg, from the moment it is asked for until it is archived. One document, changed only through `CallStore.change`.
 * Times are milliseconds since the epoch.
 */
export interface Call {
  readonly id: string; // CA…
  readonly accountId: string;
  /** The customer's whole visit; a child call shares its parent's. */
  readonly contactId: string;
  /** The call whose script dialled this one. */
  readonly parentCallId?: string;
  /** The call whose phone asked for this one (REFER). */
  readonly transferorCallId?: string;
  readonly direction: 'inbound' | 'outbound-api' | 'outbound-dial';
  /** E.164 where it is a number, else a SIP user. */
  readonly from: string;
  readonly to: string;
  readonly fromDisplayName?: string;
  /** The number that sent the call on to us, and why, as a trusted trunk told (Diversion, History-Info). */
  readonly forwardedFrom?: string;
  readonly forwardingReason?: DiversionReason;
  readonly status: CallStatus;
  /** What brought it in or carries it out. */
  readonly trunkId?: string;
  readonly endpointId?: string;
  readonly numberId?: string;
  readonly applicationId?: string;
  /** Where its scripts come from. Undefined on child calls without a whisper script. */
  readonly script?: CallScript;
  /** Raised whenever a new script document starts; `If-Match` of a live update names it. */
  readonly scriptRevision: number;
  /** Where each event of this call is also sent as a plain callback (application's or the call's own). */
  readonly statusCallbackUrl?: string;
  /** The media node that owns it, and by whose lease it lives. */
  readonly nodeId: string;
  readonly sipCallId?: string;
  readonly createdAt: number;
  readonly ringingAt?: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly termination?: Termination;
  readonly media?: MediaStats;
  /** How its sound travels, or did. */
  readonly mediaPath?: MediaPath;
  readonly timeLimitSeconds?: number;
  /** Set by the `tag` verb and at creation; at most 50 entries. */
  readonly tags: Readonly<Record<string, string>>;
  readonly recordingIds: readonly string[];
  /** Number of events so far: the last event's sequence. */
  readonly sequence: number;
  /** Raised by every write: what a change was decided on. The outbox's emptying does not raise it. */
  readonly revision: number;
  /** Events not yet relayed to the event store (the outbox), oldest first. */
  readonly pendingEvents: readonly CallEvent[];
}

/** Where a call's scripts come from. */
export interface CallScript {
  readonly url?: string;
  readonly fallbackUrl?: string;
  /** Verbs given with the API request instead of a URL, as JSON text. */
  readonly inline?: string;
  /** A flow; its version is that which the call began with. */
  readonly flow?: FlowRef;
}

/** Seconds talked, rounded up; 0 for a call that was never answered. */
export function billableSeconds(call: Call): number {
  if (call.answeredAt === undefined) return 0;
  return Math.ceil(((call.endedAt ?? call.answeredAt) - call.answeredAt) / 1000);
}
