import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { CapturedFile, LiveRecording, RecordOptions } from '@hookswitch/media/port/live-call';
import type { EventStore } from '../events/event-store.js';
import { changeRecord } from '../store/change-record.js';
import { timestamp } from '../store/timestamp.js';
import type { AdoptRecordings, CallRecorder, CallRecording, RecordingResult, StartRecording } from './call-recorder.js';
import type { Recording, RecordingEventType } from './recording.js';
import { advanceRecording, isLive, type RecordingSignal } from './recording-state.js';
import { type TellDeps, tellNew } from './tell-call.js';

export interface RecordCallDeps extends TellDeps {
  /** Tells whether an event was told whose writing seemed to fail. */
  readonly events: Pick<EventStore, 'list'>;
  readonly newId: NewId;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where sound is captured. Workers see the same folder. */
  readonly captureDirectory: string;
  /** Hints that a recording waits for its files, or for its empty capture to be removed. Must not throw. */
  readonly onCaptured: (recordingId: string) => void;
  /** Makes the folder; the simulation has none to make. */
  readonly makeFolder?: (path: string) => Promise<unknown>;
}

/** Records live calls of this process: see `CallRecorder`. */
export class RecordCall implements CallRecorder, AdoptRecordings {
  readonly #deps: RecordCallDeps;
  readonly #active = new Map<string, ActiveRecording[]>();

  constructor(deps: RecordCallDeps) {
    this.#deps = deps;
  }

  async start(request: StartRecording): Promise<CallRecording> {
    const { newId, captureDirectory, recordings } = this.#deps;
    const id = newId('RE');
    const record = newRecording(request, id, join(captureDirectory, `${id}.wav`), timestamp(this.#deps.clock));
    await recordings.insert(record);
    const live = await this.#capture(request, record);
    const active = this.#follow(record, live);
    await active.started();
    return active;
  }

  async adopt(accountId: string, live: LiveRecording): ReturnType<AdoptRecordings['adopt']> {
    const { recordings, logger } = this.#deps;
    try {
      const record = await recordings.get(accountId, live.id);
      if (record && isLive(record.status)) return { recording: this.#follow(record, live), source: record.source };
    } catch (error) {
      logger.error({ err: error, recordingId: live.id }, 'the record of a recording that goes on cannot be read');
    }
    void live.stop().catch(() => undefined);
    return undefined;
  }

  active(callId: string): readonly CallRecording[] {
    return this.#active.get(callId) ?? [];
  }

  async #capture(request: StartRecording, record: Recording): Promise<LiveRecording | undefined> {
    try {
      await (this.#deps.makeFolder ?? ((path) => mkdir(path, { recursive: true })))(this.#deps.captureDirectory);
      return request.leg.record(recordOptions(request, record));
    } catch (error) {
      this.#deps.logger.error(
        { err: error, recordingId: record.id, callId: record.callId },
        'a recording cannot be captured',
      );
      return undefined;
    }
  }

  #follow(record: Recording, live: LiveRecording | undefined): ActiveRecording {
    const { callId } = record;
    const active = new ActiveRecording(record, live, this.#deps, () => this.#forget(callId, active));
    this.#active.set(callId, [...(this.#active.get(callId) ?? []), active]);
    return active;
  }

  #forget(callId: string, active: ActiveRecording): void {
    const left = (this.#active.get(callId) ?? []).filter((one) => one !== active);
    if (left.length > 0) this.#active.set(callId, left);
    else this.#active.delete(callId);
  }
}

/** One recording under way; its changes are written one after another. */
class ActiveRecording implements CallRecording {
  readonly id: string;
  readonly finished: Promise<RecordingResult>;
  readonly #live: LiveRecording | undefined;
  readonly #deps: RecordCallDeps;
  #record: Recording;
  #changes: Promise<void> = Promise.resolve();

  constructor(record: Recording, live: LiveRecording | undefined, deps: RecordCallDeps, onFinished: () => void) {
    this.id = record.id;
    this.#record = record;
    this.#live = live;
    this.#deps = deps;
    const captured = live ? live.finished.catch(() => undefined) : Promise.resolve(undefined);
    this.finished = captured.then(async (file) => {
      const result = await this.#captured(file);
      onFinished();
      return result;
    });
  }

  /** Resolves when the call knows of it. */
  async started(): Promise<void> {
    await this.#apply(undefined, undefined);
  }

  async pause(mode: 'skip' | 'silence'): Promise<void> {
    this.#live?.pause(mode);
    await this.#apply('pause', 'recording.paused');
  }

  async resume(): Promise<void> {
    this.#live?.resume();
    await this.#apply('resume', 'recording.resumed');
  }

  async stop(): Promise<RecordingResult> {
    await this.#live?.stop().catch(() => undefined);
    return this.finished;
  }

  async #captured(file: CapturedFile | undefined): Promise<RecordingResult> {
    const outcome = outcomeOf(file);
    const durationSeconds = Math.round(file?.durationMs ?? 0) / 1000;
    const end = outcome.signal === 'fail' ? 'failed' : endOf(file);
    const endedAt = timestamp(this.#deps.clock);
    await this.#apply(outcome.signal, outcome.event, { durationSeconds, end, endedAt });
    // Where nothing was captured, an empty file is left to be removed.
    if (outcome.signal !== 'fail') this.#deps.onCaptured(this.id);
    return { recordingId: this.id, durationSeconds, end };
  }

  /** Writes a change with its event and tells the call. A store that fails loses nothing: the sweep finds the record. */
  #apply(
    signal: RecordingSignal | undefined,
    event: RecordingEventType | undefined,
    more: Partial<Recording> = {},
  ): Promise<void> {
    const step = this.#changes.then(async () => {
      try {
        const { recordings, clock } = this.#deps;
        const at = timestamp(clock);
        let applies = true;
        const changed =
          signal === undefined
            ? this.#record
            : await changeRecord(recordings, clock, this.#record.accountId, this.id, (now) => {
                applies = isLive(now.status); // else it was ended for us
                if (!applies) return now;
                return withEvent({ ...now, ...more, status: advanceRecording(now.status, signal) }, event, at);
              });
        if (changed && applies) this.#record = await tellNew(changed, this.#deps);
      } catch (error) {
        this.#deps.logger.error({ err: error, recordingId: this.id }, 'a change of a recording was not stored');
      }
    });
    this.#changes = step;
    return step;
  }
}

/** The recording with one more event to tell. */
export function withEvent(recording: Recording, type: RecordingEventType | undefined, at: string): Recording {
  return type === undefined
    ? recording
    : { ...recording, untold: [...recording.untold, { type, at }], hasUntold: true };
}

function newRecording(request: StartRecording, id: string, capturePath: string, now: string): Recording {
  return {
    id,
    accountId: request.accountId,
    revision: 1,
    createdAt: now,
    updatedAt: now,
    callId: request.callId,
    source: request.source,
    channels: request.channels,
    status: 'in-progress',
    trimSilence: request.trimSilence ?? false,
    startedAt: now,
    endedAt: null,
    durationSeconds: null,
    end: null,
    files: [],
    capturePath,
    untold: [{ type: 'recording.started', at: now }],
    hasUntold: true,
    finalizingUntil: null,
    finalizeAttempts: 0,
  };
}

function recordOptions(request: StartRecording, { id, capturePath }: Recording): RecordOptions {
  const { channels, directions, maxDurationSeconds, silenceTimeoutSeconds } = request;
  return {
    recordingId: id,
    path: capturePath,
    channels,
    ...(directions === undefined ? {} : { directions }),
    ...(maxDurationSeconds === undefined ? {} : { maxDurationMs: maxDurationSeconds * 1000 }),
    ...(silenceTimeoutSeconds === undefined ? {} : { silenceTimeoutMs: silenceTimeoutSeconds * 1000 }),
  };
}

function outcomeOf(file: CapturedFile | undefined): { signal: RecordingSignal; event: RecordingEventType } {
  if (!file) return { signal: 'fail', event: 'recording.failed' };
  // A disk that filled up halfway leaves what came before.
  if (file.durationMs > 0) return { signal: 'capture', event: 'recording.completed' };
  if (file.end === 'write-failed') return { signal: 'fail', event: 'recording.failed' };
  return { signal: 'miss', event: 'recording.absent' };
}

function endOf(file: CapturedFile | undefined): RecordingResult['end'] {
  return !file || file.end === 'write-failed' ? 'failed' : file.end;
}
