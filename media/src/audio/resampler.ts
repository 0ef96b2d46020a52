/** Half the taps of the filter, in samples of the slower rate: enough for speech. */
const halfWidth = 12;

/**
 * Changes mono sound of any rate to 8 kHz, a piece at a time: band-limited interpolation by a windowed sinc that cuts at the lower of the two
 * Nyquist frequencies. Pure in its input: `read` may be called for any place, in any order.
 */
export class Resampler {
  /** Samples of the whole result. */
  readonly length: number;
  readonly #input: Int16Array;
  readonly #step: number;
  readonly #cut: number;
  readonly #phases: number;
  readonly #kernels: (Float64Array | undefined)[];

  /** @param inputRate samples a second, 1000 to 384000. */
  constructor(input: Int16Array, inputRate: number, outputRate = 8000) {
    this.#input = input;
    this.#step = inputRate / outputRate;
    this.length = Math.floor(input.length / this.#step);
    // A little below Nyquist, so that the filter's slope lies under it.
    this.#cut = Math.min(1, outputRate / inputRate) * 0.94;
    // Rates are whole numbers: places between input samples repeat after outputRate / gcd outputs.
    const divisor = greatestCommonDivisor(Math.round(inputRate), outputRate);
    this.#phases = Math.min(512, outputRate / divisor);
    this.#kernels = new Array(this.#phases);
  }

  /** Writes `count` result samples from place `from` on to `into`; beyond the end they are silence. */
  read(from: number, count: number, into: Int16Array): void {
    if (this.#step === 1) {
      for (let at = 0; at < count; at++) into[at] = this.#input[from + at] ?? 0;
      return;
    }
    const input = this.#input;
    const width = this.#width;
    for (let at = 0; at < count; at++) {
      const place = (from + at) * this.#step;
      const whole = Math.floor(place);
      const kernel = this.#kernel(Math.round((place - whole) * this.#phases) % this.#phases);
      let sum = 0;
      const first = whole - width + 1;
      for (let tap = 0; tap < kernel.length; tap++) sum += (input[first + tap] ?? 0) * kernel[tap]!;
      into[at] = Math.max(-32768, Math.min(32767, Math.round(sum)));
    }
  }

  get #width(): number {
    return Math.ceil(halfWidth / this.#cut);
  }

  #kernel(phase: number): Float64Array {
    const known = this.#kernels[phase];
    if (known) return known;
    const width = this.#width;
    const kernel = new Float64Array(width * 2);
    let sum = 0;
    for (let tap = 0; tap < kernel.length; tap++) {
      const distance = tap - width + 1 - phase / this.#phases;
      const window = Math.abs(distance) >= width ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * distance) / width);
      kernel[tap] = window * sinc(distance * this.#cut);
      sum += kernel[tap]!;
    }
    for (let tap = 0; tap < kernel.length; tap++) kernel[tap]! /= sum;
    this.#kernels[phase] = kernel;
    return kernel;
  }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
