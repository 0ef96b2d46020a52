import { randomBytes, randomFillSync } from 'node:crypto';

/** Chance as a value: seeded in tests and in the simulation, the machine's own source in production. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** `length` unguessable bytes (guessable, and repeatable, from a seeded source). */
  bytes(length: number): Uint8Array;
}

const words = new Uint32Array(1024);
let used = words.length;
/** Every id takes ten bytes and every call makes a dozen ids: asking the system for each was 2 % of a call. */
const pool = new Uint8Array(4096);
let taken = pool.length;

function pooledBytes(length: number): Uint8Array {
  if (taken + length > pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  const bytes = pool.slice(taken, taken + length);
  // They may become a key: no second copy stays behind.
  pool.fill(0, taken, taken + length);
  taken += length;
  return bytes;
}

/** The operating system's random source. */
export const systemRandom: Random = {
  next() {
    if (used === words.length) {
      randomFillSync(words);
      used = 0;
    }
    return words[used++]! / 0x1_0000_0000;
  },
  bytes: (length) => (length <= 64 ? pooledBytes(length) : randomBytes(length)),
};

/** A repeatable source (mulberry32): the same seed gives the same numbers. Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return { next, bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)) };
}

/** A whole number from `low` to `high`, both included. */
export function randomInteger(random: Random, low: number, high: number): number {
  return low + Math.floor(random.next() * (high - low + 1));
}
