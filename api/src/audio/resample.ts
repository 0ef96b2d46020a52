import { setImmediate } from 'node:timers/promises';
import type { Pcm } from './pcm.js';

/** Zero crossings of the filter on either side: about -60 dB beyond the band. */
const lobes = 16;
/** Output samples made before others get a turn. */
const turn = 8000;

/**
 * Brings sound to another rate through a windowed-sinc filter, so that nothing above the new band folds back into it. Lets the event loop go on meanwhile.
 */
export async function resample({ sampleRate, samples }: Pcm, target: number): Promise<Pcm> {
  if (sampleRate === target) return { sampleRate, samples };
  const step = sampleRate / target;
  const cutoff = 0.94 * Math.min(1, 1 / step); // of the source's band; leaves room for the filter's slope
  const reach = Math.ceil(lobes / cutoff);
  const output = new Int16Array(Math.floor((samples.length * target) / sampleRate));
  const filters = new Map<number, Float64Array>();
  for (let at = 0; at < output.length; at++) {
    if (at % turn === turn - 1) await setImmediate();
    // Position as a fraction of whole numbers: a few phases repeat for ever.
    const whole = Math.floor((at * sampleRate) / target);
    const phase = (at * sampleRate) % target;
    let filter = filters.get(phase);
    if (!filter) {
      filter = taps(phase / target, cutoff, reach);
      if (filters.size < 4096) filters.set(phase, filter);
    }
    let sum = 0;
    const first = whole - reach + 1;
    for (let tap = Math.max(0, -first); tap < filter.length && first + tap < samples.length; tap++) {
      sum += filter[tap]! * samples[first + tap]!;
    }
    output[at] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
  return { sampleRate: target, samples: output };
}

/** The filter for a position `fraction` between two samples: a sinc under a Blackman window, of unit gain. */
function taps(fraction: number, cutoff: number, reach: number): Float64Array {
  const filter = new Float64Array(2 * reach);
  let gain = 0;
  for (let tap = 0; tap < filter.length; tap++) {
    const distance = tap - (reach - 1) - fraction;
    const angle = Math.PI * cutoff * distance;
    const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
    const place = Math.PI * (1 + distance / reach);
    const window = 0.42 - 0.5 * Math.cos(place) + 0.08 * Math.cos(2 * place);
    filter[tap] = sinc * window;
    gain += filter[tap]!;
  }
  return filter.map((value) => value / gain);
}
