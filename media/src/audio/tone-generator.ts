/** A tone to be made; the port's `ToneSound` has this shape. */
export interface Tone {
  /** Frequencies in Hz that sound together, each at `levelDbm0`. */
  readonly frequencies: readonly number[];
  readonly levelDbm0: number;
  /** Milliseconds on, off, on, off … */
  readonly cadenceMs: readonly number[];
}

/** Peak of a sine at 0 dBm0 in 16-bit samples: 3.14 dB below full scale (G.711, mu-law). */
const zeroDbm0Peak = 32_767 * 10 ** (-3.14 / 20);

/** Samples of one whole cadence at 8 kHz; a tone without an end (a cadence of no positive part) has none. */
export function cadenceSamples(tone: Tone): number {
  return tone.cadenceMs.reduce((sum, ms) => sum + Math.round(Math.max(0, ms) * 8), 0);
}

/**
 * One whole cadence of a tone, 8 kHz 16-bit, cut to `longestSamples`. Sums that would overflow are clipped. Edges are ramped over
 * 2 ms, so that they do not click.
 */
export function renderTone(tone: Tone, longestSamples = 8000 * 60): Int16Array {
  const samples = new Int16Array(Math.min(longestSamples, cadenceSamples(tone)));
  const peak = zeroDbm0Peak * 10 ** (tone.levelDbm0 / 20);
  const steps = tone.frequencies.map((frequency) => (2 * Math.PI * frequency) / 8000);
  let at = 0;
  tone.cadenceMs.forEach((ms, part) => {
    const length = Math.round(Math.max(0, ms) * 8);
    for (let index = 0; index < length && at < samples.length; index++, at++) {
      if (part % 2 === 1) continue;
      let value = 0;
      for (const step of steps) value += Math.sin(step * index);
      const ramp = Math.min(1, (index + 1) / 16, (length - index) / 16);
      samples[at] = Math.max(-32768, Math.min(32767, Math.round(value * peak * ramp)));
    }
  });
  return samples;
}
