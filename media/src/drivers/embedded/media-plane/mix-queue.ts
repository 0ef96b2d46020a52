import { decodeTable, encodeTable, type G711Codec } from '../../../audio/g711.js';

/** Codes kept: 128 ms. A power of two, so that positions wrap by a mask. */
const capacity = 1024;
const mask = capacity - 1;
/** More than this waiting is too old to be worth hearing: 80 ms. */
const mostWaiting = 640;

/** What a leg is to hear of a mix, between the room's frames of 20 ms and the leg's own packet times. */
export class MixQueue {
  /** Made with the first sound that is put in: most legs never hear a mix. */
  #codes: Uint8Array | undefined;
  #from = 0;
  #to = 0;

  put(codes: Uint8Array): void {
    this.#codes ??= new Uint8Array(capacity);
    for (let at = 0; at < codes.length; at++) this.#codes[(this.#to + at) & mask] = codes[at]!;
    this.#to += codes.length;
    this.#from = Math.max(this.#from, this.#to - mostWaiting);
  }

  /** Moves `count` codes to `into` at `at`; false where there are fewer. */
  take(into: Uint8Array, at: number, count: number): boolean {
    if (!this.#codes || this.#to - this.#from < count) return false;
    for (let index = 0; index < count; index++) into[at + index] = this.#codes[(this.#from + index) & mask]!;
    this.#from += count;
    return true;
  }

  /** Adds what waits to the `count` codes at `at`, `share` of its loudness; nothing where there are fewer. */
  under(target: Uint8Array, at: number, count: number, codec: G711Codec, share: number): void {
    if (!this.#codes || this.#to - this.#from < count) return;
    const decode = decodeTable[codec];
    const encode = encodeTable[codec];
    for (let index = 0; index < count; index++) {
      const others = decode[this.#codes[(this.#from + index) & mask]!]! * share;
      const value = Math.round(decode[target[at + index]!]! + others);
      target[at + index] = encode[Math.max(-32768, Math.min(32767, value)) + 32768]!;
    }
    this.#from += count;
  }

  clear(): void {
    this.#from = this.#to;
  }
}
