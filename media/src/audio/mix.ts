import { encodeTable, type G711Codec } from './g711.js';

/** Adds `source[0 … count)` to `target`, clipped to 16 bits. */
export function mixInto(target: Int16Array, source: Int16Array, count: number): void {
  for (let at = 0; at < count; at++) {
    target[at] = clip(target[at]! + source[at]!);
  }
}

/** Samples of a frame: 20 ms at 8 kHz. */
export const mixFrameSamples = 160;

/** Bits that are set. */
function countBits(bits: number): number {
  let left = bits - ((bits >>> 1) & 0x5555_5555);
  left = (left & 0x3333_3333) + ((left >>> 2) & 0x3333_3333);
  return (((left + (left >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24;
}

interface Kept<Made> {
  bits: number;
  readonly made: Made;
}

/**
 * Mixes the frames of up to 31 sources for many listeners, 20 ms at a time. A set of sources is a number, bit n for source n. Each set is summed once and
 * encoded once a law, however many hear it; a set that leaves out few is the sum of all less those. Sums are clipped to 16 bits only when they are
 * encoded.
 */
export class FrameMixer {
  readonly #frames: Int16Array[] = [];
  readonly #sums: Kept<Int32Array>[] = [];
  readonly #codes: Readonly<Record<G711Codec, Kept<Uint8Array>[]>> = { pcmu: [], pcma: [] };
  readonly #faded = new Uint8Array(mixFrameSamples);
  #sumCount = 0;
  readonly #codeCount = { pcmu: 0, pcma: 0 };
  #sounding = 0;

  /** The samples of a source: to be written before `begin`, for those that sound. */
  frame(source: number): Int16Array {
    return (this.#frames[source] ??= new Int16Array(mixFrameSamples));
  }

  /** The frames of the sources in `sounding` were written anew; all others are silent. */
  begin(sounding: number): void {
    this.#sounding = sounding;
    this.#sumCount = 0;
    this.#codeCount.pcmu = 0;
    this.#codeCount.pcma = 0;
  }

  /** What is heard of `sources` in that law. Read it before the next `begin`. */
  encoded(sources: number, codec: G711Codec): Uint8Array {
    const bits = sources & this.#sounding;
    const kept = this.#codes[codec];
    const count = this.#codeCount[codec];
    for (let at = 0; at < count; at++) if (kept[at]!.bits === bits) return kept[at]!.made;
    const entry = (kept[count] ??= { bits, made: new Uint8Array(mixFrameSamples) });
    this.#codeCount[codec] = count + 1;
    entry.bits = bits;
    const table = encodeTable[codec];
    const sum = this.sum(bits);
    for (let at = 0; at < mixFrameSamples; at++) entry.made[at] = table[clip(sum[at]!) + 32768]!;
    return entry.made;
  }

  /** The same, going over from one set to another within the frame. Read it before the next call. */
  crossfaded(from: number, to: number, codec: G711Codec): Uint8Array {
    const table = encodeTable[codec];
    const before = this.sum(from & this.#sounding);
    const after = this.sum(to & this.#sounding);
    for (let at = 0; at < mixFrameSamples; at++) {
      const value = before[at]! + Math.round(((after[at]! - before[at]!) * at) / mixFrameSamples);
      this.#faded[at] = table[clip(value) + 32768]!;
    }
    return this.#faded;
  }

  /** The sum of `sources`, which must all sound, not clipped. */
  sum(sources: number): ArrayLike<number> {
    if (sources !== 0 && (sources & (sources - 1)) === 0) return this.#frames[31 - Math.clz32(sources)]!;
    for (let at = 0; at < this.#sumCount; at++) if (this.#sums[at]!.bits === sources) return this.#sums[at]!.made;
    const missing = this.#sounding & ~sources;
    const short = countBits(missing) + 1 < countBits(sources);
    // All of them once, so that each listener's sum is that less its own.
    const base = short && missing !== 0 ? this.sum(this.#sounding) : undefined;
    const entry = (this.#sums[this.#sumCount] ??= { bits: 0, made: new Int32Array(mixFrameSamples) });
    this.#sumCount++;
    entry.bits = sources;
    if (base) {
      entry.made.set(base);
      this.#add(entry.made, missing, -1);
    } else {
      entry.made.fill(0);
      this.#add(entry.made, sources, 1);
    }
    return entry.made;
  }

  #add(into: Int32Array, sources: number, sign: 1 | -1): void {
    for (let bits = sources; bits !== 0; bits &= bits - 1) {
      const frame = this.#frames[31 - Math.clz32(bits & -bits)]!;
      if (sign === 1) for (let at = 0; at < mixFrameSamples; at++) into[at] = into[at]! + frame[at]!;
      else for (let at = 0; at < mixFrameSamples; at++) into[at] = into[at]! - frame[at]!;
    }
  }
}

function clip(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}
