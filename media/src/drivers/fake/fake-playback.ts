import type { PlayOptions, PlayResult } from '../../port/live-call.js';
import { audioDurationMs, type Sound } from '../../port/sound.js';
import type { TimerSet } from '../../port/timer-set.js';
import type { Sounding } from './sound-track.js';

/** One `play` on a fake leg: sounds for as long as the sound would last. */
export class FakePlayback {
  readonly sounding: Sounding;
  readonly mode: NonNullable<PlayOptions['mode']>;
  readonly result: Promise<PlayResult>;
  readonly #timers: TimerSet;
  readonly #signal: AbortSignal | undefined;
  readonly #wholeMs: number;
  #resolve!: (result: PlayResult) => void;
  #cancelTimer: () => void = () => undefined;
  readonly #interrupt = () => this.stop('interrupted');
  readonly #onOver: () => void;
  #over = false;

  constructor(sound: Sound, options: PlayOptions, timers: TimerSet, onOver: () => void) {
    const loops = options.loops ?? 1;
    this.mode = options.mode ?? 'instead';
    this.#timers = timers;
    this.#signal = options.signal;
    this.#onOver = onOver;
    this.sounding = { sound, from: 'play', loops, begunAt: timers.now() };
    this.#wholeMs = loops === 0 ? Number.POSITIVE_INFINITY : onePassMs(sound) * loops;
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#signal?.addEventListener('abort', this.#interrupt, { once: true });
    if (this.#wholeMs !== Number.POSITIVE_INFINITY) {
      this.#cancelTimer = timers.after(this.#wholeMs, () => this.stop('finished'));
    }
  }

  /** Ends it; a second stop does nothing. */
  stop(end: PlayResult['end']): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelTimer();
    this.#signal?.removeEventListener('abort', this.#interrupt);
    this.#onOver();
    this.#resolve({ end, playedMs: Math.min(this.#wholeMs, this.#timers.now() - this.sounding.begunAt) });
  }
}

/** One loop: the whole audio, or one pass of the cadence. */
function onePassMs(sound: Sound): number {
  return sound.kind === 'audio' ? audioDurationMs(sound) : sound.cadenceMs.reduce((sum, each) => sum + each, 0);
}
