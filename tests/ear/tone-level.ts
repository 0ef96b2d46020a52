/**
 * How loud one frequency is in these samples, in decibels below full scale; -120 or more (Goertzel's algorithm under a Hann window, so that
 * a loud neighbour 40 Hz away does not leak into a window of 100 ms).
 */
export function toneLevel(samples: Int16Array, hertz: number, rate = 8000): number {
  const count = samples.length;
  if (count === 0) return -120;
  const turn = (2 * Math.PI * hertz) / rate;
  const twiceCosine = 2 * Math.cos(turn);
  let before = 0;
  let last = 0;
  for (let n = 0; n < count; n += 1) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / count);
    const next = (samples[n]! / 32768) * window + twiceCosine * last - before;
    before = last;
    last = next;
  }
  const power = last * last + before * before - twiceCosine * last * before;
  // The Hann window halves the sum, and a sine of peak 1 has half of it at each of its two frequencies.
  const peak = (4 * Math.sqrt(Math.max(0, power))) / count;
  return Math.max(-120, 20 * Math.log10(peak));
}
