/**
 * Energy of one frequency in a block of samples (Goertzel's algorithm): the squared magnitude of its DFT bin, for samples in their
 * own units.
 */
export function goertzelEnergy(
  samples: ArrayLike<number>,
  frequency: number,
  sampleRate: number,
  from = 0,
  to = samples.length,
): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
  let previous = 0;
  let beforeThat = 0;
  for (let at = from; at < to; at++) {
    const current = samples[at]! + coefficient * previous - beforeThat;
    beforeThat = previous;
    previous = current;
  }
  return previous * previous + beforeThat * beforeThat - coefficient * previous * beforeThat;
}

/** Amplitude of a sine of that frequency in the block, in the samples' units (0 to 32767 for 16-bit sound). */
export function toneAmplitude(
  samples: ArrayLike<number>,
  frequency: number,
  sampleRate: number,
  from = 0,
  to = samples.length,
): number {
  const count = to - from;
  if (count <= 0) return 0;
  return (2 * Math.sqrt(Math.max(0, goertzelEnergy(samples, frequency, sampleRate, from, to)))) / count;
}

/** How much of the block's energy lies at that frequency: near 1 for a pure tone, near 0 for its absence. */
export function toneShare(
  samples: ArrayLike<number>,
  frequency: number,
  sampleRate: number,
  from = 0,
  to = samples.length,
): number {
  let total = 0;
  for (let at = from; at < to; at++) total += samples[at]! * samples[at]!;
  if (total === 0) return 0;
  return (2 * goertzelEnergy(samples, frequency, sampleRate, from, to)) / (total * (to - from));
}
