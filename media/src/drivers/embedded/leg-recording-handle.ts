import type { CapturedFile, LiveRecording, RecordOptions } from '../../port/live-call.js';
import type { MediaPlane } from './media-plane/media-plane.js';

/** A recording as the product holds it; the media plane does the work, from the moment the leg's media flows. */
export class LegRecordingHandle implements LiveRecording {
  readonly id: string;
  readonly finished: Promise<CapturedFile>;
  readonly #plane: MediaPlane;
  readonly #legId: string;
  readonly #options: RecordOptions;
  readonly #askedAt: number;
  #resolve!: (file: CapturedFile) => void;
  #state: 'waiting' | 'running' | 'over' = 'waiting';
  #paused: 'skip' | 'silence' | undefined;

  constructor(plane: MediaPlane, legId: string, options: RecordOptions, now: number) {
    this.id = options.recordingId;
    this.#plane = plane;
    this.#legId = legId;
    this.#options = options;
    this.#askedAt = now;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** The leg's media flows. */
  begin(): void {
    if (this.#state !== 'waiting') return;
    this.#run(this.#plane.startRecording(this.#legId, this.#options));
    if (this.#paused) this.#plane.pauseRecording(this.#legId, this.id, this.#paused);
  }

  /** It was begun by a former process. */
  follow(paused: 'skip' | 'silence' | undefined): void {
    this.#paused = paused;
    this.#run(this.#plane.followRecording(this.#legId, this.#options));
  }

  /** The leg ended before its media flowed: there is no file. */
  neverBegan(): void {
    if (this.#state === 'waiting') this.#nothing('call-ended');
  }

  pause(mode: 'skip' | 'silence'): void {
    this.#paused = mode;
    if (this.#state === 'running') this.#plane.pauseRecording(this.#legId, this.id, mode);
  }

  resume(): void {
    this.#paused = undefined;
    if (this.#state === 'running') this.#plane.resumeRecording(this.#legId, this.id);
  }

  stop(): Promise<CapturedFile> {
    if (this.#state === 'waiting') this.#nothing('stopped');
    else if (this.#state === 'running') this.#plane.stopRecording(this.#legId, this.id);
    return this.finished;
  }

  #run(finished: Promise<CapturedFile>): void {
    this.#state = 'running';
    void finished.then((file) => {
      this.#state = 'over';
      this.#resolve(file);
    });
  }

  #nothing(end: CapturedFile['end']): void {
    this.#state = 'over';
    const { recordingId, path, channels } = this.#options;
    this.#resolve({ recordingId, path, channels, sampleRate: 8000, durationMs: 0, startedAt: this.#askedAt, end });
  }
}
