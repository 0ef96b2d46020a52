/** Level of `samples[from … to)` in dBm0 (a sine of full scale is 3.14); -Infinity for digital silence. */
export function levelDbm0(samples: Int16Array, from = 0, to = samples.length): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += samples[at]! * samples[at]!;
  if (sum === 0) return Number.NEGATIVE_INFINITY;
  const rms = Math.sqrt(sum / (to - from));
  return 20 * Math.log10((rms * Math.SQRT2) / 32_767) + 3.14;
}

/** What is quieter than this counts as silence: room and line noise lie below, a soft voice above. */
export const silenceThresholdDbm0 = -42;

/** Measures how long a signal has been silent. */
export class SilenceMeter {
  #silentSamples = 0;
  #frame = 0;
  #energy = 0;

  /** Takes in one sample of 8 kHz sound. */
  add(sample: number): void {
    this.#energy += sample * sample;
    if (++this.#frame < 160) return;
    const rms = Math.sqrt(this.#energy / 160);
    const level = 20 * Math.log10((rms * Math.SQRT2) / 32_767) + 3.14;
    this.#silentSamples = level < silenceThresholdDbm0 ? this.#silentSamples + 160 : 0;
    this.#frame = 0;
    this.#energy = 0;
  }

  /** Milliseconds of silence up to now, in steps of 20. */
  get silentMs(): number {
    return this.#silentSamples / 8;
  }

  reset(): void {
    this.#silentSamples = 0;
    this.#frame = 0;
    this.#energy = 0;
  }
}
