import type { Call, CallScript } from '../../call-records/call.js';
import type { ReferAway } from '../../scripting/index.js';
import type { PlaceCall } from '../place-outbound-call.js';

/**
 * What the API asks of calls. The process that owns the call does it (`local-call-control.ts`); the others pass it on (`routed-call-control.ts`).
 */
export interface CallControl {
  /** Places a call. Rejects with the errors of `placeOutboundCall`. */
  place(request: PlaceCall): Promise<Call>;
  /** Changes a live call. Rejects with the errors of `modifyLiveCall`. */
  modify(request: ModifyCall): Promise<Call>;
  /** Starts to record an answered call. Resolves to the recording's id. */
  startRecording(request: StartCallRecording): Promise<{ readonly recordingId: string }>;
  /** Pauses, resumes or stops a recording under way. */
  updateRecording(request: UpdateCallRecording): Promise<{ readonly recordingId: string }>;
}

export interface ModifyCall {
  readonly accountId: string;
  readonly callId: string;
  readonly change: CallModification;
  /** The script revision that the change is meant for. */
  readonly ifRevision?: number;
}

/** What may change while a call lives. All that is given happens, in the order below. */
export interface CallModification {
  /** Merged into the call's tags; null removes one. */
  readonly tags?: Readonly<Record<string, string | null>>;
  readonly mute?: { readonly in?: boolean; readonly out?: boolean };
  /** Runs this script instead of the one that runs. */
  readonly script?: CallScript;
  /** Plays to the call, over whatever it hears; the script's own play is cut short. */
  readonly play?: { readonly url?: string; readonly audioId?: string; readonly loop?: number };
  readonly sendDigits?: string;
  /** Sends the far end to somebody else (REFER). */
  readonly refer?: ReferOrder;
  /** Ends it: `canceled` only before the answer. */
  readonly status?: 'completed' | 'canceled';
}

/** Whom the far end of a call is sent to: a URI or number, or another call of the account at the same far end. */
export interface ReferOrder extends Omit<ReferAway, 'to'> {
  readonly referTo?: string;
  readonly callId?: string;
}

export interface StartCallRecording {
  readonly accountId: string;
  readonly callId: string;
  readonly channels: 1 | 2;
  readonly maxDurationSeconds?: number;
}

export interface UpdateCallRecording {
  readonly accountId: string;
  readonly callId: string;
  readonly recordingId: string;
  readonly status: 'in-progress' | 'paused' | 'stopped';
  /** What a pause leaves in the file. Default silence. */
  readonly pauseBehavior?: 'skip' | 'silence';
}
