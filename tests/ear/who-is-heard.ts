import { type Party, parties, partyTones } from './parties.js';
import { toneLevel } from './tone-level.js';

/** 100 ms: long enough to tell the tones apart, short enough to see when they come and go. */
const windowMs = 100;
/** A party counts as heard from here on: 18 dB below what it sends, so that mixing and both codecs keep it well above. */
const audibleDb = -30;

/** For how long each party is heard, milliseconds (a multiple of 100). Parties that are not heard are absent. */
export function heardMilliseconds(samples: Int16Array, rate = 8000): Partial<Record<Party, number>> {
  const size = (rate * windowMs) / 1000;
  const heard: Partial<Record<Party, number>> = {};
  for (let start = 0; start + size <= samples.length; start += size) {
    const window = samples.subarray(start, start + size);
    for (const party of parties) {
      if (toneLevel(window, partyTones[party], rate) >= audibleDb) heard[party] = (heard[party] ?? 0) + windowMs;
    }
  }
  return heard;
}

/** Who is heard for at least `atLeastMs` (default 200, so that a click is nobody), sorted by name. */
export function whoIsHeard(samples: Int16Array, options: { rate?: number; atLeastMs?: number } = {}): Party[] {
  const { rate = 8000, atLeastMs = 200 } = options;
  return Object.entries(heardMilliseconds(samples, rate))
    .filter(([, milliseconds]) => milliseconds >= atLeastMs)
    .map(([party]) => party as Party)
    .sort();
}
