import { mixInto } from '../../../audio/mix.js';

/** Samples kept before they must be written: one second at 8 kHz. A power of two. */
const capacity = 8192;
const mask = capacity - 1;

/** The two sides of a leg. */
export type Track = 0 | 1;

/**
 * Two tracks on one time axis, in samples from the start of the recording. Sound is put where it belongs in time, in any order; what is older
 * than a moment is drained to be written; where nothing was put there is silence. So both channels stay aligned however
 * packets are lost, late or doubled.
 */
export class RecordingTimeline {
  readonly #tracks = [new Int16Array(capacity), new Int16Array(capacity)] as const;
  readonly #channels: 1 | 2;
  readonly #onDrained: (interleaved: Int16Array, track0: Int16Array) => void;
  /** Up to here, all was drained. */
  #drained = 0;

  /** @param onDrained is given what is to be written, and the first track of the same time by itself. */
  constructor(channels: 1 | 2, onDrained: (interleaved: Int16Array, track0: Int16Array) => void) {
    this.#channels = channels;
    this.#onDrained = onDrained;
  }

  /** Samples drained so far: the length of what was written. */
  get drained(): number {
    return this.#drained;
  }

  /** Puts decoded `codes[from … to)` at a position. What lies before the drained part is lost. */
  put(track: Track, position: number, codes: Uint8Array, from: number, to: number, decode: Int16Array): void {
    const end = position + to - from;
    if (to - from > capacity / 2 || end <= this.#drained) return;
    if (end > this.#drained + capacity) this.drainTo(end - capacity / 2);
    const samples = this.#tracks[track];
    for (let at = Math.max(position, this.#drained); at < end; at++) {
      samples[at & mask] = decode[codes[from + at - position]!]!;
    }
  }

  /** Hands out everything before `position`, in pieces of at most a second. */
  drainTo(position: number): void {
    while (this.#drained < position) {
      const count = Math.min(capacity, position - this.#drained);
      const track0 = this.#take(0, count);
      const track1 = this.#take(1, count);
      this.#drained += count;
      if (this.#channels === 2) {
        const interleaved = new Int16Array(count * 2);
        for (let at = 0; at < count; at++) {
          interleaved[at * 2] = track0[at]!;
          interleaved[at * 2 + 1] = track1[at]!;
        }
        this.#onDrained(interleaved, track0);
      } else {
        mixInto(track1, track0, count);
        this.#onDrained(track1, track0);
      }
    }
  }

  #take(track: Track, count: number): Int16Array {
    const samples = this.#tracks[track];
    const taken = new Int16Array(count);
    for (let at = 0; at < count; at++) {
      const place = (this.#drained + at) & mask;
      taken[at] = samples[place]!;
      samples[place] = 0;
    }
    return taken;
  }
}
