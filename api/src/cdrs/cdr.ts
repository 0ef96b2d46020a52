import type { DiversionReason } from '@hookswitch/media/port/diversion';
import type { TerminationReason } from '@hookswitch/media/port/termination';
import type { EndCode } from '../call-records/call-in-contact.js';
import type { CallStatus } from '../call-records/call-state.js';

/**
 * The record of a call that is over: exactly one for each call, never changed. The same fields stand in the event `cdr.created`, in the API and in the CSV.
 * Times are RFC 3339, UTC, with milliseconds.
 */
export interface Cdr {
  readonly callId: string;
  readonly accountId: string;
  readonly contactId: string;
  readonly parentCallId: string | null;
  /** The call whose phone asked for this one (REFER); absent where none did. */
  readonly transferorCallId?: string;
  readonly direction: 'inbound' | 'outbound-api' | 'outbound-dial';
  readonly from: string;
  readonly to: string;
  /** The number that sent the call on to us, and why (RFC 5806). */
  readonly forwardedFrom: string | null;
  readonly forwardingReason: DiversionReason | null;
  readonly status: CallStatus;
  readonly termination: CdrTermination;
  readonly createdAt: string;
  readonly ringingAt: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string;
  /** From the creation to the answer, or to the end of a call that was not answered. */
  readonly ringSeconds: number;
  /** From the answer to the end, to the millisecond. 0 where it was not answered. */
  readonly talkSeconds: number;
  /** `talkSeconds` rounded up. */
  readonly billableSeconds: number;
  readonly media: CdrMedia;
  readonly recordingIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly applicationId: string | null;
  readonly numberId: string | null;
  readonly trunkId: string | null;
  readonly endpointId: string | null;
  readonly sipCallId: string | null;
  /** What it was in a contact: 1 out, 2 in, 6 internal. Null where it was in none, as the next two. */
  readonly callType: number | null;
  /** How the stay ended of the participant whose call it was, in Tencent's words. */
  readonly endCode: EndCode | null;
  readonly endCodeNumber: number | null;
}

export interface CdrTermination {
  readonly result: 'completed' | 'busy' | 'no-answer' | 'canceled' | 'failed';
  readonly by: 'remote' | 'local' | 'system';
  readonly reason: TerminationReason;
  readonly sip: number | null;
  readonly q850: number | null;
}

export interface CdrMedia {
  readonly codec: string | null;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly jitterMs: number;
  readonly roundTripMs: number | null;
  readonly remoteLossFraction: number | null;
  /** Estimated listening quality, 1 to 4.5. */
  readonly mos: number | null;
  /** How its sound was encrypted; null where it had none, or nobody knows. */
  readonly encryption: 'none' | 'sdes' | 'dtls' | null;
  /** The relay that carried it last; null where it came straight to us. */
  readonly relayId: string | null;
}
