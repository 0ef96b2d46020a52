import type { LiveCall, LiveRecording } from '@hookswitch/media/port/live-call';

/**
 * Records live calls for scripts and for the API: makes the recording's record, tells the call's events, and sees that a worker
 * finishes the files. Never rejects because of a disk: a recording that cannot be written ends as `failed` and the call goes on.
 */
export interface CallRecorder {
  start(request: StartRecording): Promise<CallRecording>;
  /** The recordings of that call that run or are paused, newest last. */
  active(callId: string): readonly CallRecording[];
}

/** Goes on with recordings that an earlier process of this node began. */
export interface AdoptRecordings {
  /** Undefined where the recording's record is over or cannot be had; then nobody waits for it any more. Never rejects. */
  adopt(
    accountId: string,
    live: LiveRecording,
  ): Promise<{ readonly recording: CallRecording; readonly source: StartRecording['source'] } | undefined>;
}

export interface StartRecording {
  readonly accountId: string;
  readonly callId: string;
  readonly leg: LiveCall;
  /** What asked for it, in Twilio's words. */
  readonly source:
    | 'RecordVerb'
    | 'DialVerb'
    | 'OutboundAPI'
    | 'StartCallRecordingAPI'
    | 'StartRecordingVerb'
    | 'ConferenceVerb';
  readonly channels: 1 | 2;
  readonly directions?: 'said' | 'heard' | 'both';
  readonly maxDurationSeconds?: number;
  readonly silenceTimeoutSeconds?: number;
  readonly trimSilence?: boolean;
}

/** A recording under way. */
export interface CallRecording {
  readonly id: string; // RE…
  pause(mode: 'skip' | 'silence'): Promise<void>;
  resume(): Promise<void>;
  /** Resolves when the capture is closed and its record written. */
  stop(): Promise<RecordingResult>;
  /** Resolves when it ended, by whatever. */
  readonly finished: Promise<RecordingResult>;
}

export interface RecordingResult {
  readonly recordingId: string;
  readonly durationSeconds: number;
  readonly end: 'stopped' | 'max-duration' | 'silence' | 'call-ended' | 'failed';
}
