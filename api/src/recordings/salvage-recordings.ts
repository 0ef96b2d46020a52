import { changeRecord } from '../store/change-record.js';
import { timestamp } from '../store/timestamp.js';
import { type FinalizeDeps, finishUp } from './finalize-recording.js';
import { nodeRecordingFiles } from './node-recording-files.js';
import { withEvent } from './record-call.js';
import type { Recording } from './recording.js';
import type { RecordingFiles } from './recording-files.js';
import { advanceRecording, isLive } from './recording-state.js';
import { tellAgain } from './tell-call.js';
import { UnreadableCaptureError, wavDurationMs, wavLayout } from './wav-file.js';

/** A live owner has written the end of its recordings so long after the call. */
const ownerTimeMs = 20_000;

/**
 * Finds recordings that nobody looks after: captures whose call is over because their owner died, files not made yet, events not told. Ends the first,
 * tells the last, and resolves to the ids of those whose files are to be made.
 */
export async function unfinishedRecordings(limit: number, deps: FinalizeDeps): Promise<readonly string[]> {
  const { recordings, clock, logger } = deps;
  const live = await recordings.acrossAccounts.find({ status: { in: ['in-progress', 'paused'] } }, { limit });
  for (const recording of live) {
    try {
      await salvage(recording, deps);
    } catch (error) {
      logger.warn(
        { err: error, recordingId: recording.id },
        'a recording without an owner could not be ended; the next sweep tries again',
      );
    }
  }
  const overdue = timestamp(clock, -ownerTimeMs);
  for (const recording of await recordings.acrossAccounts.find({ hasUntold: true }, { limit })) {
    if (recording.updatedAt < overdue) await (isLive(recording.status) ? tellAgain : finishUp)(recording, deps);
  }
  const processing = await recordings.acrossAccounts.find({ status: 'processing' }, { limit });
  const now = timestamp(clock);
  return processing
    .filter(({ finalizingUntil }) => finalizingUntil === null || finalizingUntil <= now)
    .map(({ id }) => id);
}

async function salvage(recording: Recording, deps: FinalizeDeps): Promise<void> {
  const { calls, recordings, clock } = deps;
  const call = await calls.find(recording.callId);
  if (call && (call.endedAt === undefined || clock.now() - call.endedAt < ownerTimeMs)) return;
  const durationMs = await capturedMs(recording.capturePath, deps.files ?? nodeRecordingFiles);
  const at = timestamp(clock);
  const endedAt = call?.endedAt === undefined ? at : new Date(call.endedAt).toISOString();
  let mine = false;
  const changed = await changeRecord(recordings, clock, recording.accountId, recording.id, (now) => {
    mine = isLive(now.status);
    if (!mine) return now;
    const ended = { ...now, endedAt, end: 'call-ended' as const, durationSeconds: Math.round(durationMs) / 1000 };
    return durationMs > 0
      ? withEvent({ ...ended, status: advanceRecording(now.status, 'capture') }, 'recording.completed', at)
      : withEvent({ ...ended, status: advanceRecording(now.status, 'miss') }, 'recording.absent', at);
  });
  if (changed && mine) await finishUp(changed, deps);
}

/** How much a capture holds, whatever its header says; 0 where there is none. */
async function capturedMs(path: string, files: RecordingFiles): Promise<number> {
  try {
    return wavDurationMs(await wavLayout(path, files));
  } catch (error) {
    if (error instanceof UnreadableCaptureError || (error as { code?: unknown }).code === 'ENOENT') return 0;
    throw error;
  }
}
