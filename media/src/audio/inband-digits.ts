import { goertzelEnergy } from './goertzel.js';

const lowTones = [697, 770, 852, 941];
const highTones = [1209, 1336, 1477, 1633];
const keys = ['1', '2', '3', 'A', '4', '5', '6', 'B', '7', '8', '9', 'C', '*', '0', '#', 'D'];

/** Samples of a block: 12.75 ms at 8 kHz, so that the shortest press (40 ms, ITU-T Q.24) fills at least two. */
const blockSamples = 102;
/** Least energy of a tone in a block: an amplitude of about -31 dBm0. */
const leastEnergy = ((700 * blockSamples) / 2) ** 2;
/** A tone must be so much stronger than the others of its group. */
const groupLead = 6.3;
/** The high tone may be this much stronger than the low one (4 dB), or weaker (8 dB), as lines tilt. */
const highOverLow = 2.51;
const lowOverHigh = 6.31;
/** The two tones must hold so much of the block's energy: speech and music hold less (talk-off). */
const leastShare = 0.75;
const blocksToBegin = 2;
const blocksToEnd = 3;

/** The pair of frequencies of a key (ITU-T Q.23), Hz; undefined for anything that is no key. */
export function dtmfFrequencies(key: string): readonly [number, number] | undefined {
  const index = keys.indexOf(key.toUpperCase());
  return index < 0 ? undefined : [lowTones[index >> 2]!, highTones[index & 3]!];
}

/** Finds DTMF keys in sound of 8 kHz. Feed it everything in order; each press is reported once, when it has begun for sure. */
export class InbandDigitDetector {
  readonly #block = new Float64Array(blockSamples);
  readonly #onDigit: (digit: string) => void;
  #filled = 0;
  #candidate = '';
  #hits = 0;
  #misses = 0;
  #pressed = '';

  constructor(onDigit: (digit: string) => void) {
    this.#onDigit = onDigit;
  }

  /** Takes in the first `count` samples. */
  feed(samples: Int16Array, count = samples.length): void {
    for (let at = 0; at < count; at++) {
      this.#block[this.#filled++] = samples[at]!;
      if (this.#filled === blockSamples) {
        this.#filled = 0;
        this.#take(keyInBlock(this.#block));
      }
    }
  }

  #take(key: string): void {
    if (this.#pressed !== '') {
      this.#misses = key === this.#pressed ? 0 : this.#misses + 1;
      if (this.#misses < blocksToEnd && !(key !== '' && key === this.#candidate && key !== this.#pressed)) {
        this.#candidate = key;
        this.#hits = key === '' ? 0 : 1;
        return;
      }
      this.#pressed = '';
    }
    this.#hits = key !== '' && key === this.#candidate ? this.#hits + 1 : key === '' ? 0 : 1;
    this.#candidate = key;
    if (this.#hits < blocksToBegin) return;
    this.#pressed = key;
    this.#misses = 0;
    this.#onDigit(key);
  }
}

function keyInBlock(block: Float64Array): string {
  let total = 0;
  for (let at = 0; at < blockSamples; at++) total += block[at]! * block[at]!;
  // Cheap way out: most blocks are too quiet to hold both tones.
  if (total * blockSamples < 4 * leastEnergy) return '';
  const low = strongest(block, lowTones);
  const high = strongest(block, highTones);
  if (low.index < 0 || high.index < 0) return '';
  if (high.energy > low.energy * highOverLow || low.energy > high.energy * lowOverHigh) return '';
  const share = (2 * (low.energy + high.energy)) / (total * blockSamples);
  return share < leastShare ? '' : keys[low.index * 4 + high.index]!;
}

function strongest(block: Float64Array, tones: readonly number[]): { index: number; energy: number } {
  let best = 0;
  let second = 0;
  let index = -1;
  for (let at = 0; at < tones.length; at++) {
    const energy = goertzelEnergy(block, tones[at]!, 8000);
    if (energy > best) {
      second = best;
      best = energy;
      index = at;
    } else if (energy > second) second = energy;
  }
  return best < leastEnergy || best < second * groupLead ? { index: -1, energy: best } : { index, energy: best };
}
