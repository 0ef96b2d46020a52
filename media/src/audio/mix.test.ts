import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTable, encodeTable, type G711Codec } from './g711.js';
import { FrameMixer, mixFrameSamples } from './mix.js';

const sample = fc.integer({ min: -32_768, max: 32_767 });
const frame = fc.array(sample, { minLength: 8, maxLength: 8 });
/** Frames of up to eight sources by their place, the samples given repeated to the length of a frame. */
const sources = fc
  .uniqueArray(fc.record({ place: fc.integer({ min: 0, max: 30 }), frame }), {
    minLength: 1,
    maxLength: 8,
    selector: ({ place }) => place,
  })
  .map((list) => new Map(list.map(({ place, frame: samples }) => [place, samples])));
const codec = fc.constantFrom<G711Codec>('pcmu', 'pcma');
const bits = fc.integer({ min: 0, max: 0x7fff_ffff });

function mixerOf(frames: ReadonlyMap<number, readonly number[]>): FrameMixer {
  const mixer = new FrameMixer();
  load(mixer, frames);
  return mixer;
}

function load(mixer: FrameMixer, frames: ReadonlyMap<number, readonly number[]>): void {
  let sounding = 0;
  for (const [place, samples] of frames) {
    const into = mixer.frame(place);
    for (let at = 0; at < mixFrameSamples; at++) into[at] = samples[at % 8]!;
    sounding |= 1 << place;
  }
  mixer.begin(sounding);
}

/** The sum of what these places say, clipped: the definition, without a trick. */
function plainSum(frames: ReadonlyMap<number, readonly number[]>, places: number): number[] {
  return Array.from({ length: mixFrameSamples }, (_, at) => {
    let sum = 0;
    for (const [place, samples] of frames) if (places & (1 << place)) sum += samples[at % 8]!;
    return Math.max(-32_768, Math.min(32_767, sum));
  });
}

describe('a frame mixer', () => {
  it('gives every listener the sum of whom it hears, clipped, in its own law, however many others it served before', () => {
    fc.assert(
      fc.property(sources, fc.array(fc.tuple(bits, codec), { maxLength: 12 }), (frames, listeners) => {
        const mixer = mixerOf(frames);
        for (const [places, law] of listeners) {
          const wanted = plainSum(frames, places).map((value) => encodeTable[law][value + 32_768]!);
          expect([...mixer.encoded(places, law)]).toEqual(wanted);
        }
      }),
    );
  });

  it('gives each of many the sum of all others', () => {
    fc.assert(
      fc.property(sources, codec, (frames, law) => {
        const mixer = mixerOf(frames);
        for (const own of frames.keys()) {
          const others = 0x7fff_ffff & ~(1 << own);
          const wanted = plainSum(frames, others).map((value) => encodeTable[law][value + 32_768]!);
          expect([...mixer.encoded(others, law)]).toEqual(wanted);
        }
      }),
    );
  });

  it('encodes once for all who hear the same, and keeps nothing from one frame to the next', () => {
    fc.assert(
      fc.property(sources, sources, bits, codec, (first, second, places, law) => {
        const mixer = mixerOf(first);
        expect(mixer.encoded(places, law)).toBe(mixer.encoded(places, law));
        load(mixer, second);
        const wanted = plainSum(second, places).map((value) => encodeTable[law][value + 32_768]!);
        expect([...mixer.encoded(places, law)]).toEqual(wanted);
      }),
    );
  });

  it('goes from one set to another without a jump greater than the two are apart', () => {
    fc.assert(
      fc.property(sources, bits, bits, codec, (frames, from, to, law) => {
        const mixer = mixerOf(frames);
        const before = plainSum(frames, from);
        const after = plainSum(frames, to);
        const faded = [...mixer.crossfaded(from, to, law)].map((code) => decodeTable[law][code]!);
        expect(faded[0]).toBe(decodeTable[law][encodeTable[law][before[0]! + 32_768]!]);
        faded.forEach((value, at) => {
          // G.711 itself is off by up to 1/32 of the value.
          const slack = 1_100;
          if (Math.abs(before[at]!) === 32_768 || Math.abs(after[at]!) >= 32_767) return;
          if (Math.abs(before[at]!) >= 32_767) return;
          expect(value).toBeGreaterThanOrEqual(Math.min(before[at]!, after[at]!) - slack);
          expect(value).toBeLessThanOrEqual(Math.max(before[at]!, after[at]!) + slack);
        });
      }),
    );
  });
});
