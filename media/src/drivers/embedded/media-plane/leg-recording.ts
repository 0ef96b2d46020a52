import { SilenceMeter } from '../../../audio/level.js';
import { wavHeader } from '../../../audio/wav.js';
import type { CapturedFile, RecordOptions } from '../../../port/live-call.js';
import { sidecarOf, sidecarPath } from './capture-sidecar.js';
import type { CaptureFile, CaptureStore } from './capture-store.js';
import { RecordingTimeline, type Track } from './recording-timeline.js';
import { TrackPlacer } from './track-placer.js';

/** Sound is written this long after its time, milliseconds, so that late packets still find their place. */
const writeDelayMs = 300;
/** More than this waiting for a slow disk ends the recording, bytes. */
const longestBacklog = 8 * 1024 * 1024;

/**
 * One recording of a leg: puts both directions on one time axis and writes them in batches, with a side file from the start by which
 * somebody else can finish it. Nothing here is called for each packet but `hear`.
 */
export class LegRecording {
  readonly options: RecordOptions;
  /** Resolves once the file is closed; never rejects. */
  readonly finished: Promise<CapturedFile>;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly #store: CaptureStore;
  readonly #timeline: RecordingTimeline;
  readonly #placers = [new TrackPlacer(), new TrackPlacer()] as const;
  readonly #silence = new SilenceMeter();
  readonly #silenceTimeoutMs: number;
  #finish!: (file: CapturedFile) => void;
  #file: CaptureFile | undefined;
  #written = 0;
  #backlog = 0;
  #writes: Promise<void>;
  #failed = false;
  #ended = false;
  #pause: 'skip' | 'silence' | undefined;
  #pausedAt = 0;
  #skippedMs = 0;

  constructor(options: RecordOptions, startedAt: number, store: CaptureStore) {
    this.options = options;
    this.startedAt = Math.round(startedAt);
    this.#store = store;
    this.#silenceTimeoutMs = options.silenceTimeoutMs ?? 0;
    this.#timeline = new RecordingTimeline(options.channels, (interleaved, said) => this.#write(interleaved, said));
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#writes = this.#open();
    this.#guard();
  }

  /** Whether `stop` was called or a limit reached; the file may still be closing. */
  get ended(): boolean {
    return this.#ended;
  }

  /** How it is paused, if it is. */
  get paused(): 'skip' | 'silence' | undefined {
    return this.#pause;
  }

  /** Takes sound of track 0 (said) or 1 (heard): `codes[from … to)`. */
  hear(
    track: Track,
    ssrc: number,
    timestamp: number,
    codes: Uint8Array,
    from: number,
    to: number,
    decode: Int16Array,
    nowMs: number,
  ): void {
    if (this.#ended || this.#pause) return;
    const wanted = this.options.directions ?? 'both';
    if (wanted !== 'both' && wanted !== (track === 0 ? 'said' : 'heard')) return;
    const position = this.#placers[track].place(ssrc, timestamp, this.#positionAt(nowMs));
    this.#timeline.put(track, position, codes, from, to, decode);
  }

  /** Writes what is old enough and ends the recording where a limit is reached. Called a few times a second. */
  tend(nowMs: number): void {
    if (this.#ended) return;
    const position = this.#positionAt(nowMs);
    if (this.#failed || this.#backlog > longestBacklog) this.stop('write-failed', nowMs);
    else if (position >= this.#longest) this.stop('max-duration', nowMs);
    if (this.#ended) return;
    this.#timeline.drainTo(Math.min(this.#longest, position - writeDelayMs * 8));
    if (this.#silenceTimeoutMs > 0 && !this.#pause && this.#silence.silentMs >= this.#silenceTimeoutMs) {
      this.stop('silence', nowMs);
    }
  }

  pause(mode: 'skip' | 'silence', nowMs: number): void {
    if (this.#ended || this.#pause) return;
    this.#pausedAt = nowMs;
    this.#pause = mode;
  }

  resume(nowMs: number): void {
    if (this.#ended || !this.#pause) return;
    if (this.#pause === 'skip') this.#skippedMs += nowMs - this.#pausedAt;
    this.#pause = undefined;
    this.#silence.reset();
    for (const placer of this.#placers) placer.reset();
  }

  /** Ends it; the first reason counts. */
  stop(end: CapturedFile['end'], nowMs: number): void {
    if (this.#ended) return;
    this.#timeline.drainTo(Math.min(this.#longest, this.#positionAt(nowMs)));
    this.#ended = true;
    void this.#close(end);
  }

  get #longest(): number {
    return this.options.maxDurationMs === undefined
      ? Number.POSITIVE_INFINITY
      : Math.round(this.options.maxDurationMs * 8);
  }

  #positionAt(nowMs: number): number {
    const until = this.#pause === 'skip' ? this.#pausedAt : nowMs;
    return Math.max(0, Math.round((until - this.startedAt - this.#skippedMs) * 8));
  }

  async #open(): Promise<void> {
    const { path } = this.options;
    await this.#store.writeText(sidecarPath(path), sidecarOf(this.options, this.startedAt));
    this.#file = await this.#store.create(path);
    await this.#file.append(wavHeader({ channels: this.options.channels, sampleRate: 8000 }, 0));
  }

  #write(interleaved: Int16Array, said: Int16Array): void {
    if (this.#silenceTimeoutMs > 0) for (let at = 0; at < said.length; at++) this.#silence.add(said[at]!);
    if (this.#failed) return;
    const bytes = new Uint8Array(interleaved.buffer, interleaved.byteOffset, interleaved.byteLength);
    this.#backlog += bytes.length;
    this.#writes = this.#writes.then(async () => {
      this.#backlog -= bytes.length;
      if (this.#failed) return;
      await this.#file?.append(bytes);
      this.#written += bytes.length;
    });
    this.#guard();
  }

  #guard(): void {
    this.#writes = this.#writes.catch(() => {
      this.#failed = true;
    });
  }

  async #close(end: CapturedFile['end']): Promise<void> {
    await this.#writes;
    const captured = (how: CapturedFile['end']): CapturedFile => ({
      recordingId: this.options.recordingId,
      path: this.options.path,
      channels: this.options.channels,
      sampleRate: 8000,
      durationMs: this.#written / (16 * this.options.channels),
      startedAt: this.startedAt,
      end: how,
    });
    try {
      await this.#file?.patch(0, wavHeader({ channels: this.options.channels, sampleRate: 8000 }, this.#written));
      await this.#file?.close();
      const done = captured(this.#failed ? 'write-failed' : end);
      await this.#store.writeText(sidecarPath(this.options.path), sidecarOf(this.options, this.startedAt, done));
      this.#finish(done);
    } catch {
      this.#finish(captured('write-failed'));
    }
  }
}
