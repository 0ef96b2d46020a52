import type { Clock } from '@hookswitch/kernel/clock';
import type { PlayOptions, PlayResult } from '../../port/live-call.js';
import type { Sound } from '../../port/sound.js';
import type { TimerSet } from '../../port/timer-set.js';
import { FakePlayback } from './fake-playback.js';
import type { FakeSound } from './fake-sound.js';
import { type Sounding, SoundTrack } from './sound-track.js';

/** How much quieter others are under a ducking prompt, dB. */
const duckedDb = 12;

/** What one far end is given to hear: a prompt, the music of a hold, or other legs. The track is the log of it. */
export class FakeHearing {
  readonly track: SoundTrack;
  readonly #timers: TimerSet;
  readonly #leg: { isOpen(): boolean };
  #legs: readonly FakeSound[] = [];
  #music: Sounding | undefined;
  #playback: FakePlayback | undefined;

  /** @param timers the leg's. @param clock for the log, which outlives them. @param leg says whether sound reaches the far end now. */
  constructor(timers: TimerSet, clock: Clock, leg: { isOpen(): boolean }) {
    this.#timers = timers;
    this.#leg = leg;
    this.track = new SoundTrack(clock);
  }

  /** Whom it hears, whether they say something or not. */
  get legs(): readonly FakeSound[] {
    return this.#legs;
  }

  /** It hears these legs from now on. */
  setLegs(legs: readonly FakeSound[]): void {
    this.#legs = legs;
    this.refresh();
  }

  /** What it hears, looped, while nothing is played to it. */
  setHoldMusic(sound: Sound | undefined): void {
    this.#music = sound && { sound, from: 'hold', loops: 0, begunAt: this.#timers.now() };
    this.refresh();
  }

  play(sound: Sound, options: PlayOptions): Promise<PlayResult> {
    this.stopPlaying('interrupted');
    const playback = new FakePlayback(sound, options, this.#timers, () => {
      if (this.#playback === playback) this.#playback = undefined;
      this.refresh();
    });
    this.#playback = playback;
    this.refresh();
    return playback.result;
  }

  stopPlaying(end: PlayResult['end']): void {
    this.#playback?.stop(end);
  }

  /** Logs what is heard from now on. */
  refresh(): void {
    this.track.set(this.#leg.isOpen() ? this.#sounds() : []);
  }

  #sounds(): readonly Sounding[] {
    const playback = this.#playback;
    const others = this.#legs.flatMap((leg) => leg.heardByOthers);
    if (!playback) return this.#music ? [this.#music] : others;
    if (playback.mode === 'instead') return [playback.sounding];
    const under = playback.mode === 'over' ? others : others.map((each) => ({ ...each, quieterDb: duckedDb }));
    return [playback.sounding, ...(this.#music ? [] : under)];
  }
}
