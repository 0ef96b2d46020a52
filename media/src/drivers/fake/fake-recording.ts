import type { Clock } from '@hookswitch/kernel/clock';
import type { CapturedFile, LiveRecording, RecordOptions } from '../../port/live-call.js';
import { TimerSet } from '../../port/timer-set.js';
import { mixChannels, renderChannel, type Stretch, wavFile } from './render-recording.js';
import type { SoundTrack } from './sound-track.js';

/** Stores a recording. `render` makes the WAV file's bytes; not calling it saves the work where nobody will listen. */
export type SaveRecording = (path: string, render: () => Buffer) => Promise<void>;

/** A recording of a fake leg: notes when it ran, and makes the file from the leg's tracks at its end. */
export class FakeRecording implements LiveRecording {
  readonly id: string;
  readonly finished: Promise<CapturedFile>;
  readonly #options: RecordOptions;
  readonly #timers: TimerSet;
  readonly #said: SoundTrack;
  readonly #heard: SoundTrack;
  readonly #save: SaveRecording;
  readonly #startedAt: number;
  readonly #stretches: Stretch[] = [];
  #resolve!: (file: CapturedFile) => void;
  #stretchFrom: number;
  #paused: 'skip' | 'silence' | undefined;
  #cancelSilence: () => void = () => undefined;
  #cancelLimit: () => void = () => undefined;
  #over = false;
  #written = false;

  constructor(
    options: RecordOptions,
    clock: Clock,
    tracks: { said: SoundTrack; heard: SoundTrack },
    save: SaveRecording,
  ) {
    this.id = options.recordingId;
    this.#options = options;
    this.#timers = new TimerSet(clock);
    this.#said = tracks.said;
    this.#heard = tracks.heard;
    this.#save = save;
    this.#startedAt = this.#stretchFrom = clock.now();
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#armLimit();
    this.saidChanged();
  }

  /** It has ended, and its file is closed. */
  get isOver(): boolean {
    return this.#written;
  }

  pause(mode: 'skip' | 'silence'): void {
    if (this.#over) return;
    this.#cut();
    this.#paused = mode;
    this.#armLimit();
    this.saidChanged();
  }

  resume(): void {
    if (this.#over) return;
    this.#cut();
    this.#paused = undefined;
    this.#armLimit();
    this.saidChanged();
  }

  stop(): Promise<CapturedFile> {
    return this.end('stopped');
  }

  /** The leg began or stopped to say something: the silence timer follows. */
  saidChanged(): void {
    this.#cancelSilence();
    const { silenceTimeoutMs } = this.#options;
    if (this.#over || silenceTimeoutMs === undefined || this.#said.current.length > 0 || this.#paused) return;
    this.#cancelSilence = this.#timers.after(silenceTimeoutMs, () => void this.end('silence'));
  }

  /** Ends it for a reason; a second end only waits for the first. */
  end(end: CapturedFile['end']): Promise<CapturedFile> {
    if (!this.#over) {
      this.#over = true;
      this.#timers.cancelAll();
      this.#cut();
      const { path, channels } = this.#options;
      const durationMs = this.#recordedMs();
      const file = { recordingId: this.id, path, channels, sampleRate: 8000, durationMs, startedAt: this.#startedAt };
      const written = (how: CapturedFile['end']) => {
        this.#written = true;
        this.#resolve({ ...file, end: how });
      };
      this.#save(path, () => this.#render()).then(
        () => written(end),
        () => written('write-failed'),
      );
    }
    return this.finished;
  }

  #cut(): void {
    const to = this.#timers.now();
    if (this.#paused !== 'skip' && to > this.#stretchFrom) {
      this.#stretches.push({ from: this.#stretchFrom, to, silent: this.#paused === 'silence' });
    }
    this.#stretchFrom = to;
  }

  #recordedMs(): number {
    return this.#stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  #armLimit(): void {
    this.#cancelLimit();
    const { maxDurationMs } = this.#options;
    if (maxDurationMs === undefined || this.#paused === 'skip') return;
    this.#cancelLimit = this.#timers.after(maxDurationMs - this.#recordedMs(), () => void this.end('max-duration'));
  }

  #render(): Buffer {
    const said = renderChannel(this.#said.entries, this.#stretches);
    const heard = renderChannel(this.#heard.entries, this.#stretches);
    const silence = new Int16Array(said.length);
    const { channels, directions = 'both' } = this.#options;
    const kept = [directions === 'heard' ? silence : said, directions === 'said' ? silence : heard] as const;
    return wavFile(channels === 2 ? kept : [mixChannels(...kept)]);
  }
}
