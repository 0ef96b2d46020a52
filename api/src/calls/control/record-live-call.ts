import { BaseError } from '@hookswitch/kernel/base-error';
import { CallNotAnsweredError } from '../call-errors.js';
import type { CallsDeps } from '../calls-deps.js';
import type { StartCallRecording, UpdateCallRecording } from './call-control.js';
import { ownedCall } from './modify-live-call.js';

/** The call has no such recording under way. */
export class RecordingNotLiveError extends BaseError {
  constructor(recordingId: string) {
    super('conflict', 'recording-not-live', `${recordingId} is not a recording of this call that is under way.`);
  }
}

/**
 * Starts to record an answered call that this process owns.
 * @throws the errors of `ownedCall`, and CallNotAnsweredError
 */
export async function startCallRecording(
  request: StartCallRecording,
  deps: CallsDeps,
): Promise<{ recordingId: string }> {
  const { accountId, callId, channels, maxDurationSeconds } = request;
  const { leg } = await ownedCall(accountId, callId, deps);
  if (leg.status !== 'answered') throw new CallNotAnsweredError(callId);
  const recording = await deps.recorder.start({
    accountId,
    callId,
    leg,
    source: 'StartCallRecordingAPI',
    channels,
    ...(maxDurationSeconds === undefined ? {} : { maxDurationSeconds }),
  });
  return { recordingId: recording.id };
}

/**
 * Pauses, resumes or stops a recording of a call that this process owns.
 * @throws the errors of `ownedCall`, and RecordingNotLiveError
 */
export async function updateCallRecording(
  request: UpdateCallRecording,
  deps: CallsDeps,
): Promise<{ recordingId: string }> {
  const { accountId, callId, recordingId, status } = request;
  await ownedCall(accountId, callId, deps);
  const recording = deps.recorder.active(callId).find((one) => one.id === recordingId);
  if (!recording) throw new RecordingNotLiveError(recordingId);
  if (status === 'paused') await recording.pause(request.pauseBehavior ?? 'silence');
  else if (status === 'in-progress') await recording.resume();
  else await recording.stop();
  return { recordingId };
}
