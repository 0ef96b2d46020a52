import type { PlayOptions, PlayResult } from '../../../port/live-call.js';
import type { Sound } from '../../../port/sound.js';
import { onceMs, type SoundPart } from './sound-files.js';

/** A file with short loops in it is about so long, milliseconds. */
const gatheredMs = 10_000;

/** One `play`: how much of it was heard, what is to be played next, and how it ends. */
export class PlayingSound {
  readonly sound: Sound;
  readonly mode: NonNullable<PlayOptions['mode']>;
  readonly #totalMs: number;
  readonly #onceMs: number;
  readonly #settle: (result: PlayResult) => void;
  #playedMs = 0;

  constructor(sound: Sound, { loops = 1, mode = 'instead' }: PlayOptions, settle: (result: PlayResult) => void) {
    this.sound = sound;
    this.mode = mode;
    this.#settle = settle;
    this.#onceMs = onceMs(sound);
    const endless = loops === 0 || (sound.kind === 'tone' && sound.cadenceMs.length > 1 && loops === 1);
    this.#totalMs = endless && this.#onceMs > 0 ? Number.POSITIVE_INFINITY : this.#onceMs * Math.max(1, loops);
  }

  /** What to play now; undefined once all was played. */
  next(): SoundPart | undefined {
    const leftMs = this.#totalMs - this.#playedMs;
    if (leftMs < 1) return undefined;
    const fromMs = Math.round(this.#playedMs % this.#onceMs);
    const turns = Math.ceil((leftMs + fromMs) / this.#onceMs - 1e-6);
    return { repeats: Math.min(turns, Math.max(1, Math.ceil(gatheredMs / this.#onceMs))), fromMs };
  }

  /** So much more of it was heard. */
  played(ms: number): void {
    this.#playedMs = Math.min(this.#totalMs, this.#playedMs + Math.max(0, ms));
  }

  end(end: PlayResult['end']): void {
    this.#settle({ end, playedMs: Math.round(this.#playedMs) });
  }
}
