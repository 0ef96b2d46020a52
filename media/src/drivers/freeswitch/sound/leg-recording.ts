import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { SilenceMeter } from '../../../audio/level.js';
import type { CapturedFile, LiveRecording, RecordOptions } from '../../../port/live-call.js';
import { TimerSet } from '../../../port/timer-set.js';
import type { EslEvent } from '../esl/esl-event.js';
import { cutRecording, type RawPiece, readHead, type Stretch } from './cut-recording.js';
import type { SharedFolder } from './sound-files.js';

export interface LegRecordingParts {
  readonly folder: SharedFolder;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What `state` says is another than before. */
  changed(): void;
  /** Runs an API command on the leg's channel: `uuid_<verb> <channel> <rest>`. */
  api(verb: string, rest: string): Promise<string>;
}

/** What a later process needs to see a recording to its end; JSON. */
export interface RecordingState {
  readonly options: RecordOptions;
  readonly name: string;
  readonly pieces: readonly RawPiece[];
  readonly skipped: readonly Stretch[];
  readonly startedAt: number;
  readonly pieceAt: number;
  readonly pause?: { readonly mode: 'skip' | 'silence'; readonly since: number };
}

/** How often a recording that ends by silence is listened to, milliseconds. */
const listenMs = 250;

/**
 * One recording. FreeSWITCH writes both directions into the shared folder; at the end the file that was asked for is made of that. A pause is masked there at once, so that
 * nothing of it is ever on disk, and left out afterwards where it is to be skipped.
 */
export class LegRecording implements LiveRecording {
  readonly id: string;
  readonly finished: Promise<CapturedFile>;
  readonly #options: RecordOptions;
  readonly #parts: LegRecordingParts;
  readonly #timers: TimerSet;
  readonly #name: string;
  /** What was recorded on channels that the leg has left. */
  readonly #pieces: RawPiece[] = [];
  #skipped: Stretch[] = [];
  #startedAt: number;
  /** When the piece began that is being recorded. */
  #pieceAt: number;
  #state: 'waiting' | 'starting' | 'running' | 'over' = 'waiting';
  #end: CapturedFile['end'] = 'call-ended';
  #pause: { readonly mode: 'skip' | 'silence'; readonly since: number } | undefined;
  #resolve!: (file: CapturedFile) => void;

  constructor(options: RecordOptions, parts: LegRecordingParts, name: string) {
    this.id = options.recordingId;
    this.#options = options;
    this.#parts = parts;
    this.#timers = new TimerSet(parts.clock);
    this.#name = name;
    this.#startedAt = Math.round(parts.clock.now());
    this.#pieceAt = this.#startedAt;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** One that a former process began: FreeSWITCH goes on with it. */
  static restored(state: RecordingState, parts: LegRecordingParts): LegRecording {
    const recording = new LegRecording(state.options, parts, state.name);
    recording.#pieces.push(...state.pieces);
    recording.#skipped = [...state.skipped];
    recording.#startedAt = state.startedAt;
    recording.#pieceAt = state.pieceAt;
    recording.#pause = state.pause;
    recording.#state = 'running';
    return recording;
  }

  /** Undefined where it does not run. */
  get state(): RecordingState | undefined {
    if (this.#state !== 'running') return undefined;
    const { recordingId, path, channels, directions, maxDurationMs, silenceTimeoutMs } = this.#options;
    return {
      options: {
        recordingId,
        path,
        channels,
        ...(directions === undefined ? {} : { directions }),
        ...(maxDurationMs === undefined ? {} : { maxDurationMs }),
        ...(silenceTimeoutMs === undefined ? {} : { silenceTimeoutMs }),
      },
      name: this.#name,
      pieces: this.#pieces,
      skipped: this.#skipped,
      startedAt: this.#startedAt,
      pieceAt: this.#pieceAt,
      ...(this.#pause ? { pause: this.#pause } : {}),
    };
  }

  /** FreeSWITCH can be told again what a former process would have told it. */
  takeUp(): void {
    const { maxDurationMs, silenceTimeoutMs } = this.#options;
    const now = this.#parts.clock.now();
    if (maxDurationMs !== undefined) this.#limit(maxDurationMs, now);
    if (silenceTimeoutMs !== undefined) this.#listen(new SilenceMeter(), Math.floor((now - this.#pieceAt) * 8));
  }

  /** Ends it after so long from its start; what was recorded beyond that is left out. */
  #limit(maxDurationMs: number, now: number): void {
    const leftMs = this.#startedAt + maxDurationMs - now;
    if (leftMs > 0) return void this.#timers.after(leftMs, () => this.#stop('max-duration'));
    this.#skipped.push({ fromMs: this.#startedAt + maxDurationMs - this.#pieceAt, toMs: Number.MAX_SAFE_INTEGER });
    this.#stop('max-duration');
  }

  get #ours(): string {
    return join(this.#parts.folder.ours, 'recordings', this.#pieceName);
  }

  get #theirs(): string {
    return `${this.#parts.folder.theirs}/recordings/${this.#pieceName}`;
  }

  get #pieceName(): string {
    return `${this.#name}-${this.#pieces.length}.wav`;
  }

  /** The leg's sound flows. */
  begin(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'starting';
    this.#start().catch((error: unknown) => {
      this.#parts.logger.error({ err: error, recordingId: this.id }, 'a recording could not be started');
      this.#settle('write-failed', 0);
    });
  }

  pause(mode: 'skip' | 'silence'): void {
    if (this.#state === 'over') return;
    if (!this.#pause && this.#state === 'running') this.#tell('mask');
    this.#endPause();
    this.#pause = { mode, since: this.#parts.clock.now() };
    this.#parts.changed();
  }

  resume(): void {
    if (!this.#pause || this.#state === 'over') return;
    if (this.#state === 'running') this.#tell('unmask');
    this.#endPause();
    this.#parts.changed();
  }

  stop(): Promise<CapturedFile> {
    this.#stop('stopped');
    return this.finished;
  }

  /** An event of the leg's channel. */
  handle(event: EslEvent): void {
    if (event.name === 'RECORD_STOP' && event.get('Record-File-Path') === this.#theirs) void this.#closed();
  }

  /** The leg leaves its channel for another. Resolves when what was recorded there is closed; `begin` goes on with the next. */
  async channelMoves(): Promise<void> {
    if (this.#state !== 'running' || this.#end !== 'call-ended') return;
    const pause = this.#pause;
    this.#endPause();
    const stopped = this.#parts.api('record', `stop ${this.#theirs}`);
    this.#pieces.push({ path: this.#ours, leftOut: this.#skipped });
    this.#skipped = [];
    this.#pause = pause;
    this.#state = 'waiting';
    await stopped.catch(() => undefined);
  }

  /** The channel is gone, and its files are closed; or nothing more will be heard of it. */
  channelGone(): void {
    if (this.#state === 'waiting' && this.#pieces.length === 0) this.#settle(this.#end, 0);
    else void this.#closed();
  }

  async #start(): Promise<void> {
    const { channels, recordingId, maxDurationMs } = this.#options;
    await mkdir(join(this.#parts.folder.ours, 'recordings'), { recursive: true, mode: 0o777 });
    const startedAt = this.#startedAt;
    await writeFile(
      `${this.#options.path}.json`,
      JSON.stringify({ version: 1, recordingId, channels, sampleRate: 8000, startedAt }),
    );
    // By itself FreeSWITCH writes half a second late: the last half second of a pause would be heard, and of a recording lost.
    const variables = ['RECORD_STEREO true', 'RECORD_PRE_BUFFER_FRAMES 0', 'enable_file_write_buffering false'];
    for (const variable of variables) await this.#parts.api('setvar', variable);
    const answer = await this.#parts.api('record', `start ${this.#theirs}`);
    if (!answer.startsWith('+OK')) throw new Error(answer.trim());
    if (this.#state !== 'starting') return;
    this.#state = 'running';
    this.#pieceAt = Math.round(this.#parts.clock.now());
    if (this.#pieces.length === 0) this.#startedAt = this.#pieceAt;
    if (this.#end !== 'call-ended') return this.#tell('stop');
    if (this.#pause) {
      this.#tell('mask');
      this.#pause = { ...this.#pause, since: this.#pieceAt };
    }
    if (maxDurationMs !== undefined && this.#pieces.length === 0) this.#limit(maxDurationMs, this.#pieceAt);
    if (this.#options.silenceTimeoutMs !== undefined) this.#listen(new SilenceMeter(), 0);
    this.#parts.changed();
  }

  #stop(end: CapturedFile['end']): void {
    if (this.#state === 'over' || this.#end !== 'call-ended') return;
    this.#end = end;
    if (this.#state === 'waiting' && this.#pieces.length === 0) this.#settle(end, 0);
    else if (this.#state === 'waiting') void this.#closed();
    else if (this.#state === 'running') this.#tell('stop');
  }

  #tell(what: 'mask' | 'unmask' | 'stop'): void {
    this.#parts.api('record', `${what} ${this.#theirs}`).then(
      (answer) => {
        // It is not being recorded any more: what there is of it is closed.
        if (what === 'stop' && !answer.startsWith('+OK')) void this.#closed();
      },
      () => undefined,
    );
  }

  #endPause(): void {
    const pause = this.#pause;
    this.#pause = undefined;
    if (pause?.mode !== 'skip' || this.#state !== 'running') return;
    const since = Math.max(pause.since, this.#pieceAt);
    this.#skipped.push({ fromMs: since - this.#pieceAt, toMs: this.#parts.clock.now() - this.#pieceAt });
  }

  async #closed(): Promise<void> {
    if (this.#state === 'over') return;
    this.#endPause();
    const pieces = [...this.#pieces];
    if (this.#state !== 'waiting') pieces.push({ path: this.#ours, leftOut: this.#skipped });
    this.#state = 'over';
    this.#timers.cancelAll();
    try {
      const durationMs = Math.round(await cutRecording(pieces, this.#options));
      for (const { path } of pieces) await rm(path, { force: true });
      this.#settle(this.#end, durationMs);
    } catch (error) {
      this.#parts.logger.error({ err: error, recordingId: this.id }, 'a recording could not be finished');
      this.#settle('write-failed', 0);
    }
  }

  /** Reads what was recorded since, and ends the recording after so much silence from the leg. */
  #listen(meter: SilenceMeter, read: number): void {
    this.#timers.after(listenMs, async () => {
      if (this.#state !== 'running') return;
      const heard = await saidSince(this.#ours, read).catch(() => ({ samples: new Int16Array(), read }));
      if (this.#pause) meter.reset();
      else for (const sample of heard.samples) meter.add(sample);
      if (meter.silentMs >= (this.#options.silenceTimeoutMs ?? Number.POSITIVE_INFINITY)) this.#stop('silence');
      else if (this.#state === 'running') this.#listen(meter, heard.read);
    });
  }

  #settle(end: CapturedFile['end'], durationMs: number): void {
    this.#state = 'over';
    this.#timers.cancelAll();
    const { recordingId, path, channels } = this.#options;
    this.#resolve({ recordingId, path, channels, sampleRate: 8000, durationMs, startedAt: this.#startedAt, end });
  }
}

/** What the leg said from that frame of the raw recording on. */
async function saidSince(path: string, frame: number): Promise<{ samples: Int16Array; read: number }> {
  const file = await open(path, 'r');
  try {
    const { dataAt } = await readHead(file);
    const bytes = Buffer.alloc(64 * 1024);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, dataAt + frame * 4);
    const frames = Math.floor(bytesRead / 4);
    return {
      samples: Int16Array.from({ length: frames }, (_, at) => bytes.readInt16LE(at * 4)),
      read: frame + frames,
    };
  } finally {
    await file.close();
  }
}
