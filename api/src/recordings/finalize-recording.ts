import { join } from 'node:path';
import type { Logger } from '@hookswitch/kernel/logger';
import type { EventStore } from '../events/event-store.js';
import type { ObjectStore } from '../objects/index.js';
import { changeRecord } from '../store/change-record.js';
import { timestamp } from '../store/timestamp.js';
import type { Mp3Encoder } from './mp3-encoder.js';
import { nodeRecordingFiles } from './node-recording-files.js';
import { withEvent } from './record-call.js';
import type { Recording, RecordingEventType, RecordingFile } from './recording.js';
import type { RecordingFiles } from './recording-files.js';
import { mediaType } from './recording-media-type.js';
import { advanceRecording, isLive, type RecordingSignal } from './recording-state.js';
import { type TellDeps, tellAgain, tellNew } from './tell-call.js';
import { fingerprint, type WavLayout, wavDurationMs, wavLayout, withoutOuterSilence, writeWav } from './wav-file.js';

export interface FinalizeDeps extends TellDeps {
  readonly events: Pick<EventStore, 'list'>;
  readonly objects: ObjectStore;
  /** Undefined where there is no ffmpeg: then there is only the WAV. */
  readonly mp3: Mp3Encoder | undefined;
  readonly logger: Logger;
  /** Where captures lie, and files are made before they are stored. Default: the local disk. */
  readonly files?: RecordingFiles;
}

/** Nobody else makes the files of a recording for so long. */
const leaseMs = 15 * 60_000;
/** After so many failures the recording is failed; its capture stays for whoever looks into it. */
const mostAttempts = 5;

/**
 * Makes the files of a captured recording: WAV always, MP3 where there is an encoder; stores them, tells the call, removes the capture. May be repeated and killed at
 * any point: what is done is not done again, what was half done is. Rejects to be tried again.
 */
export async function finalizeRecording(recordingId: string, deps: FinalizeDeps): Promise<void> {
  const { recordings, logger } = deps;
  const found = await recordings.acrossAccounts.get(recordingId);
  if (!found) return;
  // What is not told yet is told by whoever wrote it just now, or by the sweep.
  if (found.status !== 'processing') return removeCapture(found, deps);
  const taken = await take(found, deps);
  if (!taken) return;
  let changed: Recording | undefined;
  try {
    changed = await make(taken, deps);
  } catch (error) {
    if (taken.finalizeAttempts < mostAttempts) {
      await release(taken, deps);
      throw error;
    }
    logger.error(
      { err: error, recordingId, capturePath: taken.capturePath },
      'a recording could not be finished; its capture is kept',
    );
    changed = await settle(taken, 'fail', 'recording.failed', {}, deps);
  }
  if (!changed) return;
  await removeCapture(changed, deps);
  await tellNew(changed, deps);
}

/**
 * What is left to do once the state is final: the capture to remove, then events to tell. In this order, since a recording with events to tell is found
 * again where we are killed between the two.
 */
export async function finishUp(recording: Recording, deps: FinalizeDeps): Promise<void> {
  await removeCapture(recording, deps);
  if (recording.hasUntold && !isLive(recording.status)) await tellAgain(recording, deps);
}

async function removeCapture({ status, capturePath }: Recording, deps: FinalizeDeps): Promise<void> {
  if (status !== 'available' && status !== 'absent') return;
  const { files = nodeRecordingFiles } = deps;
  await files.remove(capturePath);
  await files.remove(`${capturePath}.json`);
}

async function make(recording: Recording, deps: FinalizeDeps): Promise<Recording | undefined> {
  const { files: disk = nodeRecordingFiles } = deps;
  const captured = await wavLayout(recording.capturePath, disk);
  const kept = recording.trimSilence ? await withoutOuterSilence(recording.capturePath, captured, disk) : captured;
  if (kept.dataEnd <= kept.dataStart)
    return settle(recording, 'miss', 'recording.absent', { durationSeconds: 0 }, deps);
  const folder = await disk.makeFolder();
  try {
    const files = await makeFiles(recording, kept, folder, deps);
    const durationSeconds = Math.round(wavDurationMs(kept)) / 1000;
    return await settle(recording, 'finalize', 'recording.available', { files, durationSeconds }, deps);
  } finally {
    await disk.remove(folder);
  }
}

async function makeFiles(
  recording: Recording,
  layout: WavLayout,
  folder: string,
  deps: FinalizeDeps,
): Promise<RecordingFile[]> {
  const wav = join(folder, 'recording.wav');
  await writeWav(recording.capturePath, layout, wav, deps.files ?? nodeRecordingFiles);
  const files = [await storeFile(recording, 'wav', wav, deps)];
  if (deps.mp3) {
    const mp3 = join(folder, 'recording.mp3');
    await deps.mp3.encode(wav, mp3);
    files.push(await storeFile(recording, 'mp3', mp3, deps));
  }
  return files;
}

async function storeFile(
  { accountId, id }: Recording,
  format: RecordingFile['format'],
  path: string,
  { objects, files = nodeRecordingFiles }: FinalizeDeps,
): Promise<RecordingFile> {
  const { sizeBytes, sha256 } = await fingerprint(path, files);
  const key = `${accountId}/recordings/${id}.${format}`;
  await objects.putFile(key, path, mediaType[format]);
  return { format, key, sizeBytes, sha256 };
}

/** Makes the recording ours for a while; undefined where somebody else has it. */
async function take(recording: Recording, { recordings, clock }: FinalizeDeps): Promise<Recording | undefined> {
  let mine = false;
  const taken = await changeRecord(recordings, clock, recording.accountId, recording.id, (now) => {
    const busy = now.finalizingUntil !== null && now.finalizingUntil > timestamp(clock);
    mine = now.status === 'processing' && !busy;
    if (!mine) return now;
    return { ...now, finalizingUntil: timestamp(clock, leaseMs), finalizeAttempts: now.finalizeAttempts + 1 };
  });
  return mine ? taken : undefined;
}

async function release(recording: Recording, { recordings, clock }: FinalizeDeps): Promise<void> {
  await changeRecord(recordings, clock, recording.accountId, recording.id, (now) => ({
    ...now,
    finalizingUntil: null,
  }));
}

/** Writes the outcome; undefined where somebody else was quicker. */
async function settle(
  recording: Recording,
  signal: RecordingSignal,
  event: RecordingEventType,
  more: Partial<Recording>,
  { recordings, clock }: FinalizeDeps,
): Promise<Recording | undefined> {
  let mine = false;
  const changed = await changeRecord(recordings, clock, recording.accountId, recording.id, (now) => {
    mine = now.status === recording.status;
    if (!mine) return now;
    const status = advanceRecording(now.status, signal);
    return withEvent({ ...now, ...more, status, finalizingUntil: null }, event, timestamp(clock));
  });
  return mine ? changed : undefined;
}
