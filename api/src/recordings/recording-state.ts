import { BaseError } from '@hookswitch/kernel/base-error';

/**
 * Where a recording stands.
 *
 * ```
 *  in-progress ◀─resume─ paused
 *      │  └────pause───────▲ │
 *      ├──────capture────────┴──▶ processing ──finalize──▶ available
 *      ├──────miss──────────────▶ absent ◀──miss──┤
 *      └──────fail──────────────▶ failed ◀──fail──┘
 * ```
 */
export type RecordingStatus =
  | 'in-progress' // sound is captured
  | 'paused'
  | 'processing' // captured; the files are being made
  | 'available' // the files are there
  | 'absent' // nothing was captured
  | 'failed'; // could not be written or finished

export type RecordingSignal = 'pause' | 'resume' | 'capture' | 'finalize' | 'miss' | 'fail';

const whileLive = { capture: 'processing', miss: 'absent', fail: 'failed' } as const;

const next: Record<RecordingStatus, Partial<Record<RecordingSignal, RecordingStatus>>> = {
  'in-progress': { pause: 'paused', resume: 'in-progress', ...whileLive },
  paused: { pause: 'paused', resume: 'in-progress', ...whileLive },
  processing: { finalize: 'available', miss: 'absent', fail: 'failed' },
  available: {},
  absent: {},
  failed: {},
};

/** A signal that does not fit the recording's status. */
export class InvalidRecordingTransitionError extends BaseError {
  constructor(status: RecordingStatus, signal: RecordingSignal) {
    super('bug', 'invalid-recording-transition', `A recording that is ${status} cannot take the signal '${signal}'.`);
  }
}

/** The status after `signal`. The only way a recording's status changes. */
export function advanceRecording(status: RecordingStatus, signal: RecordingSignal): RecordingStatus {
  const to = next[status][signal];
  if (!to) throw new InvalidRecordingTransitionError(status, signal);
  return to;
}

/** Whether sound is still being captured. */
export function isLive(status: RecordingStatus): boolean {
  return status === 'in-progress' || status === 'paused';
}

/** Whether nothing more happens to it. */
export function isFinished(status: RecordingStatus): boolean {
  return Object.keys(next[status]).length === 0;
}
