import type { CallEventType } from '../call-records/call-events.js';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';
import type { RecordingResult, StartRecording } from './call-recorder.js';
import type { RecordingStatus } from './recording-state.js';

/** A recording of a call: one record from its start on. Times are RFC 3339. */
export interface Recording extends TenantRecord {
  readonly callId: string;
  readonly source: StartRecording['source'];
  readonly channels: 1 | 2;
  readonly status: RecordingStatus;
  readonly trimSilence: boolean;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Length of the files where they are there, else of what was captured. */
  readonly durationSeconds: number | null;
  /** What ended it. */
  readonly end: RecordingResult['end'] | null;
  readonly files: readonly RecordingFile[];
  /** Where the sound is captured: a WAV file, with a side file `<path>.json`. */
  readonly capturePath: string;
  /** Events about it that are not yet on the call: its outbox, oldest first. */
  readonly untold: readonly UntoldEvent[];
  readonly hasUntold: boolean;
  /** Somebody makes the files until then. */
  readonly finalizingUntil: string | null;
  /** How often the files were tried to be made. */
  readonly finalizeAttempts: number;
}

export type RecordingEventType = Extract<CallEventType, `recording.${string}`>;

export interface UntoldEvent {
  readonly type: RecordingEventType;
  /** When it happened. */
  readonly at: string;
}

export interface RecordingFile {
  readonly format: 'wav' | 'mp3';
  /** Its key in the object store. */
  readonly key: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export type RecordingStore = TenantCollection<Recording>;

export const recordingCollection: CollectionDefinition<Recording> = {
  name: 'recordings',
  indexes: [['callId'], ['status']],
  sharedIndexes: [['status'], ['hasUntold']],
};

/** What an event or an answer says of a recording. */
export function recordingView(recording: Recording) {
  const { id, accountId, callId, status, source, channels, trimSilence } = recording;
  const { startedAt, endedAt, durationSeconds, end, createdAt, updatedAt } = recording;
  const files = recording.files.map(({ format, sizeBytes, sha256 }) => ({ format, sizeBytes, sha256 }));
  return {
    id,
    accountId,
    callId,
    status,
    source,
    channels,
    trimSilence,
    startedAt,
    endedAt,
    durationSeconds,
    end,
    files,
    createdAt,
    updatedAt,
  };
}
