import type { Clock } from '@hookswitch/kernel/clock';
import type { Sound } from '../../port/sound.js';

/** One stretch of sound on a track. Times are milliseconds since the epoch. */
export interface SoundEntry {
  readonly sound: Sound;
  /** Who made it: the far end itself, our `play`, the music of a hold, or another leg it hears. */
  readonly from: 'far-end' | 'play' | 'hold' | 'peer';
  /** The call id of the other leg, for `peer`. */
  readonly peer?: string;
  readonly startedAt: number;
  /** Undefined while it sounds. */
  readonly endedAt: number | undefined;
  /** Where in the sound the stretch begins, milliseconds. */
  readonly offsetMs: number;
  /** Passes over an audio; 0: until stopped. */
  readonly loops: number;
  /** Decibels below its own level: that of what a prompt ducks. */
  readonly quieterDb?: number;
}

/** What sounds now, and since when. */
export type Sounding = Omit<SoundEntry, 'startedAt' | 'endedAt' | 'offsetMs'> & { readonly begunAt: number };

/** The log of one direction of a leg: what was heard on it, and when. Several things may sound at a time. */
export class SoundTrack {
  readonly entries: SoundEntry[] = [];
  readonly #clock: Clock;
  /** What sounds, and the place of its entry. */
  readonly #current = new Map<number, Sounding>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get current(): readonly Sounding[] {
    return [...this.#current.values()];
  }

  /** From now on exactly these are heard. One that was heard before goes on. */
  set(soundings: readonly Sounding[]): void {
    const now = this.#clock.now();
    const starting = [...soundings];
    for (const [at, sounding] of [...this.#current]) {
      const same = starting.findIndex((each) => isSame(each, sounding));
      if (same >= 0) starting.splice(same, 1);
      else {
        this.entries[at] = { ...this.entries[at]!, endedAt: now };
        this.#current.delete(at);
      }
    }
    for (const sounding of starting) {
      const { begunAt, ...entry } = sounding;
      this.#current.set(this.entries.length, sounding);
      this.entries.push({ ...entry, startedAt: now, endedAt: undefined, offsetMs: now - begunAt });
    }
  }
}

function isSame(a: Sounding, b: Sounding): boolean {
  return (
    a.sound === b.sound &&
    a.from === b.from &&
    a.peer === b.peer &&
    a.begunAt === b.begunAt &&
    a.quieterDb === b.quieterDb
  );
}
