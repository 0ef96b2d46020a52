import type { LegSnapshot } from '../../../port/leg-snapshot.js';
import type { CallFacts, LiveCall } from '../../../port/live-call.js';
import type { RecordingState } from '../sound/leg-recording.js';
import type { LegDialog } from './leg-dialog.js';

/** What a later process needs of a leg: the calls themselves live in FreeSWITCH. */
export interface LegState {
  readonly channelId: string;
  readonly direction: LiveCall['direction'];
  /** Whether the channel came in: it may have taken the place of one that was dialled. */
  readonly dialogDirection: LiveCall['direction'];
  readonly facts: CallFacts;
  /** Its SIP dialog, as far as it is known. */
  readonly dialog?: LegDialog;
  readonly held: boolean;
  readonly isSilenced: boolean;
  readonly muted: { readonly in: boolean; readonly out: boolean };
  readonly recordings: readonly RecordingState[];
  /** When FreeSWITCH had the channel for sure, milliseconds since the epoch. */
  readonly savedAt: number;
}

const driver = 'freeswitch';
const version = 1;

export function legSnapshot(callId: string, state: LegState): LegSnapshot {
  return { callId, driver, version, state };
}

/** Undefined for a snapshot that is not this driver's, or of another version. */
export function readLegSnapshot(snapshot: LegSnapshot): LegState | undefined {
  return snapshot.driver === driver && snapshot.version === version ? (snapshot.state as LegState) : undefined;
}
