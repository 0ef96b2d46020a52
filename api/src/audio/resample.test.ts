import { describe, expect, it } from 'vitest';
import { resample } from './resample.js';
import { sine, strength } from './test-sounds.fixture.js';

describe('resampling to 8 kHz', () => {
  it.each([11_025, 16_000, 22_050, 44_100, 48_000, 6000])('keeps length and tone from %i Hz', async (rate) => {
    const made = await resample(sine(1000, 0.5, rate), 8000);
    expect(made.sampleRate).toBe(8000);
    expect(Math.abs(made.samples.length - 4000)).toBeLessThanOrEqual(1);
    expect(strength(made, 1000)).toBeCloseTo(1, 1);
  });

  it.each([22_050, 48_000])('lets nothing above its band fold back from %i Hz', async (rate) => {
    const made = await resample(sine(6000, 0.5, rate), 8000);
    expect(strength(made, 2000)).toBeLessThan(0.01);
    expect(Math.max(...made.samples.slice(200, -200).map(Math.abs))).toBeLessThan(100);
  });

  it('leaves sound alone that has the rate already', async () => {
    const tone = sine(1000, 0.1);
    expect(await resample(tone, 8000)).toEqual(tone);
  });
});
