import type { LiveRecording, MediaStats, PlayOptions, PlayResult, RecordOptions } from '../../port/live-call.js';
import { noMedia } from '../../port/live-call.js';
import type { Sound } from '../../port/sound.js';
import { LegRecordingHandle } from './leg-recording-handle.js';
import type { LegRemote, MediaPlane, OpenLeg, OpenRecording, SendDigitsOptions } from './media-plane/media-plane.js';

/**
 * The media half of one embedded leg: opens its ports, and lets what needs sound wait until the far end's media is known. After `close` everything
 * settles at once.
 */
export class LegMedia {
  readonly legId: string;
  readonly #plane: MediaPlane;
  readonly #waiters = new Set<() => void>();
  readonly #recordings = new Set<LegRecordingHandle>();
  readonly #onOpen: (() => void)[] = [];
  #opening: Promise<number> | undefined;
  #state: 'closed-yet' | 'opening' | 'open' | 'flowing' | 'over' = 'closed-yet';
  #lastId = 0;

  constructor(legId: string, plane: MediaPlane) {
    this.legId = legId;
    this.#plane = plane;
  }

  /** That of a former process, which its plane kept open. `now`: milliseconds; no former process counted its plays so far. */
  static takenOver({ legId, port, remote }: OpenLeg, plane: MediaPlane, now: number): LegMedia {
    const media = new LegMedia(legId, plane);
    media.#opening = Promise.resolve(port);
    media.#state = remote ? 'flowing' : 'open';
    media.#lastId = now;
    return media;
  }

  /** Whether the far end's address is known, so that sound can go both ways. */
  get flowing(): boolean {
    return this.#state === 'flowing';
  }

  get over(): boolean {
    return this.#state === 'over';
  }

  get openRecordings(): number {
    return this.#recordings.size;
  }

  /** Whether it has ports. */
  get open(): boolean {
    return this.#state === 'open' || this.#state === 'flowing';
  }

  /** Runs `action` once it has ports, at once where it has them. Never where it closes before. */
  whenOpen(action: () => void): void {
    if (this.open) action();
    else this.#onOpen.push(action);
  }

  /** Takes ports; again: answers the same port. Rejects with `NoMediaPortError` where none is free. */
  takePorts(bindAddress: string): Promise<number> {
    if (this.#opening) return this.#opening;
    this.#state = 'opening';
    this.#opening = this.#plane.open(this.legId, { bindAddress }).then(
      ({ port }) => {
        // It ended meanwhile: the ports go back.
        if (this.#state === 'over') void this.#plane.close(this.legId);
        else this.#opened();
        return port;
      },
      (error: unknown) => {
        if (this.#state !== 'over') this.#state = 'closed-yet';
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }

  /** Where the far end is; sound flows from now on. */
  setRemote(remote: LegRemote): void {
    if (!this.open) return;
    this.#plane.setRemote(this.legId, remote);
    this.#state = 'flowing';
    this.#wake();
  }

  async play(sound: Sound, { signal, loops = 1, mode = 'instead' }: PlayOptions): Promise<PlayResult> {
    if (!this.flowing) await this.#untilFlowing(signal);
    if (this.over) return { end: 'call-ended', playedMs: 0 };
    if (signal?.aborted) return { end: 'interrupted', playedMs: 0 };
    const playId = this.#newId();
    const stop = () => this.#plane.stopPlay(this.legId, playId);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await this.#plane.play(this.legId, playId, sound, { loops, mode });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async sendDigits(digits: string, signal: AbortSignal | undefined, options: SendDigitsOptions): Promise<void> {
    if (!this.flowing) await this.#untilFlowing(signal);
    if (this.over || signal?.aborted) return;
    const sendId = this.#newId();
    const stop = () => this.#plane.cancelDigits(this.legId, sendId);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await this.#plane.sendDigits(this.legId, sendId, digits, options);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Follows a recording that a former process began. */
  followRecording({ options, paused, startedAt }: OpenRecording): LiveRecording {
    const recording = new LegRecordingHandle(this.#plane, this.legId, options, startedAt);
    this.#keep(recording);
    recording.follow(paused);
    return recording;
  }

  record(options: RecordOptions, now: number): LiveRecording {
    const recording = new LegRecordingHandle(this.#plane, this.legId, options, now);
    this.#keep(recording);
    if (this.flowing) recording.begin();
    else if (this.over) recording.neverBegan();
    else {
      void this.#untilFlowing(undefined).then(() => {
        if (this.over) recording.neverBegan();
        else recording.begin();
      });
    }
    return recording;
  }

  mute(direction: 'in' | 'out', muted: boolean): void {
    this.whenOpen(() => this.#plane.mute(this.legId, direction, muted));
  }

  /** What it hears, looped, while nothing is played to it; undefined ends it. */
  holdMusic(music: Sound | undefined): void {
    this.whenOpen(() => this.#plane.setHoldMusic(this.legId, music));
  }

  listenInband(enabled: boolean): void {
    this.whenOpen(() => this.#plane.enableInbandDigits(this.legId, enabled));
  }

  stats(): Promise<MediaStats> {
    return this.open ? this.#plane.stats(this.legId) : Promise.resolve(noMedia);
  }

  /** Gives the ports back, once every recording is on disk. */
  async close(): Promise<MediaStats> {
    const wasOpen = this.open;
    if (this.#state === 'over') return noMedia;
    this.#state = 'over';
    this.#wake();
    if (!wasOpen) return noMedia;
    const stats = await this.#plane.close(this.legId);
    if (this.#recordings.size > 0) await Promise.all([...this.#recordings].map(({ finished }) => finished));
    return stats;
  }

  #keep(recording: LegRecordingHandle): void {
    this.#recordings.add(recording);
    void recording.finished.then(() => this.#recordings.delete(recording));
  }

  #untilFlowing(signal: AbortSignal | undefined): Promise<void> {
    if (this.flowing || this.over || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiters.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiters.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  #opened(): void {
    this.#state = 'open';
    for (const action of this.#onOpen.splice(0)) action();
  }

  #wake(): void {
    if (this.#waiters.size > 0) for (const wake of [...this.#waiters]) wake();
  }

  #newId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }
}
