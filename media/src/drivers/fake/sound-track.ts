import type { Clock } from '@hookswitch/kernel/clock';
import type { Sound } from '../../port/sound.js';

/** One stretch of sound on a track. Times are milliseconds since the epoch. */
export interface SoundEntry {
  readonly sound: Sound;
  /** Who made it: the far end itself, our `play`, or the connected peer. */
  readonly from: 'far-end' | 'play' | 'peer';
  readonly startedAt: number;
  /** Undefined while it sounds. */
  readonly endedAt: number | undefined;
  /** Where in the sound the stretch begins, milliseconds. */
  readonly offsetMs: number;
  /** Passes over an audio; 0: until stopped. */
  readonly loops: number;
}

/** What sounds now, and since when. */
export type Sounding = Pick<SoundEntry, 'sound' | 'from' | 'loops'> & { readonly begunAt: number };

/** The log of one direction of a leg: what was heard on it, and when. At most one thing sounds at a time. */
export class SoundTrack {
  readonly entries: SoundEntry[] = [];
  readonly #clock: Clock;
  #current: Sounding | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get current(): Sounding | undefined {
    return this.#current;
  }

  /** From now on `sounding` is heard, or nothing. The same thing again changes nothing. */
  set(sounding: Sounding | undefined): void {
    if (same(this.#current, sounding)) return;
    const now = this.#clock.now();
    const last = this.entries.at(-1);
    if (last && last.endedAt === undefined) this.entries[this.entries.length - 1] = { ...last, endedAt: now };
    this.#current = sounding;
    if (!sounding) return;
    const { sound, from, loops, begunAt } = sounding;
    this.entries.push({ sound, from, loops, startedAt: now, endedAt: undefined, offsetMs: now - begunAt });
  }
}

function same(a: Sounding | undefined, b: Sounding | undefined): boolean {
  return (
    a === b ||
    (a !== undefined && b !== undefined && a.sound === b.sound && a.from === b.from && a.begunAt === b.begunAt)
  );
}
