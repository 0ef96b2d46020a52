import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTable, encodeTable, type G711Codec, transcodeTable } from './g711.js';
import { toneAmplitude, toneShare } from './goertzel.js';
import { dtmfFrequencies, InbandDigitDetector } from './inband-digits.js';
import { levelDbm0, SilenceMeter } from './level.js';
import { mixInto } from './mix.js';
import { estimateMos } from './mos.js';
import { Resampler } from './resampler.js';
import { renderTone } from './tone-generator.js';
import { BadWavError, readWav, wavHeader, wavHeaderLength } from './wav.js';

const sine = (frequency: number, rate: number, count: number, amplitude = 8000) =>
  Int16Array.from({ length: count }, (_, at) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequency * at) / rate)),
  );

describe('G.711', () => {
  it.each<G711Codec>(['pcmu', 'pcma'])('%s encodes every value it can decode to a code of the same value', (codec) => {
    for (let code = 0; code < 256; code++) {
      const value = decodeTable[codec][code]!;
      expect(decodeTable[codec][encodeTable[codec][value + 32768]!]).toBe(value);
    }
  });

  it.each([
    ['pcmu', 0xff, 0],
    ['pcmu', 0x80, 32_124],
    ['pcmu', 0x00, -32_124],
    ['pcma', 0xd5, 8],
    ['pcma', 0xaa, 32_256],
    ['pcma', 0x2a, -32_256],
  ] as const)('%s code %d is %d (ITU-T G.711 tables)', (codec, code, value) => {
    expect(decodeTable[codec][code]).toBe(value);
  });

  it('keeps a signal within the error of its law, also across both laws', () => {
    fc.assert(
      fc.property(fc.integer({ min: -32_000, max: 32_000 }), (value) => {
        const mu = encodeTable.pcmu[value + 32768]!;
        expect(Math.abs(decodeTable.pcmu[mu]! - value)).toBeLessThanOrEqual(Math.abs(value) / 16 + 4);
        const a = transcodeTable('pcmu', 'pcma')![mu]!;
        expect(Math.abs(decodeTable.pcma[a]! - value)).toBeLessThanOrEqual(Math.abs(value) / 8 + 16);
      }),
    );
  });
});

describe('resampling', () => {
  it.each([8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000])('keeps a tone from %d Hz', (rate) => {
    const resampler = new Resampler(sine(1000, rate, rate), rate);
    const out = new Int16Array(resampler.length);
    resampler.read(0, out.length, out);
    expect(out.length).toBe(8000);
    expect(toneShare(out, 1000, 8000, 400, 7600)).toBeGreaterThan(0.99);
    expect(toneAmplitude(out, 1000, 8000, 400, 7600)).toBeCloseTo(8000, -2.5);
  });

  it('lets nothing above 4 kHz fold down', () => {
    const resampler = new Resampler(sine(6000, 48_000, 48_000), 48_000);
    const out = new Int16Array(resampler.length);
    resampler.read(0, out.length, out);
    expect(levelDbm0(out, 400, 7600)).toBeLessThan(levelDbm0(sine(1000, 8000, 8000)) - 40);
  });

  it('gives the same in pieces as in one', () => {
    const resampler = new Resampler(sine(440, 44_100, 20_000), 44_100);
    const whole = new Int16Array(resampler.length);
    resampler.read(0, whole.length, whole);
    const pieces = new Int16Array(resampler.length);
    for (let at = 0; at < pieces.length; at += 333) {
      const count = Math.min(333, pieces.length - at);
      resampler.read(at, count, pieces.subarray(at));
    }
    expect(pieces).toEqual(whole);
  });
});

describe('tones and levels', () => {
  it('renders a cadence at the level asked for', () => {
    const tone = renderTone({ frequencies: [440, 480], levelDbm0: -19, cadenceMs: [2000, 4000] });
    expect(tone.length).toBe(48_000);
    expect(toneShare(tone, 440, 8000, 0, 16_000) + toneShare(tone, 480, 8000, 0, 16_000)).toBeGreaterThan(0.98);
    expect(levelDbm0(tone, 0, 16_000)).toBeCloseTo(-16, 0);
    expect(tone.subarray(16_000).every((sample) => sample === 0)).toBe(true);
  });

  it('measures silence in a row', () => {
    const meter = new SilenceMeter();
    for (const sample of [...sine(500, 8000, 1600), ...new Int16Array(3200)]) meter.add(sample);
    expect(meter.silentMs).toBe(400);
  });

  it('mixes with clipping', () => {
    const target = Int16Array.of(1, 30_000, -30_000);
    mixInto(target, Int16Array.of(2, 30_000, -30_000), 3);
    expect([...target]).toEqual([3, 32_767, -32_768]);
  });

  it.each([
    [0, 0, 20, 4.3, 4.5],
    [0.05, 5, 50, 3, 4],
    [0.5, 50, 300, 1, 2.2],
  ])(
    'estimates loss %d, jitter %d ms, round trip %d ms between %d and %d',
    (lossFraction, jitterMs, roundTripMs, low, high) => {
      const mos = estimateMos({ lossFraction, jitterMs, roundTripMs });
      expect(mos).toBeGreaterThanOrEqual(low);
      expect(mos).toBeLessThanOrEqual(high);
    },
  );
});

describe('in-band digits (ITU-T Q.23, Q.24)', () => {
  const hear = (samples: Int16Array) => {
    let digits = '';
    new InbandDigitDetector((digit) => {
      digits += digit;
    }).feed(samples);
    return digits;
  };

  const press = (keys: string, toneMs: number, gapMs: number, lowGain = 1, highGain = 1) => {
    const parts = [...keys].map((key) => {
      const [low, high] = dtmfFrequencies(key)!;
      const one = sine(low, 8000, toneMs * 8, 6000 * lowGain);
      mixInto(one, sine(high, 8000, toneMs * 8, 6000 * highGain), one.length);
      return [...one, ...new Int16Array(gapMs * 8)];
    });
    return Int16Array.from(parts.flat());
  };

  it.each([
    ['50 ms and 50 ms', 50, 50],
    ['100 ms and 60 ms', 100, 60],
    ['a second each', 1000, 500],
  ])('hears every key once: %s', (_name, toneMs, gapMs) => {
    expect(hear(press('1234567890*#ABCD', toneMs, gapMs))).toBe('1234567890*#ABCD');
  });

  it('hears the same key twice', () => {
    expect(hear(press('55', 80, 60))).toBe('55');
  });

  it.each([
    ['6 dB less of the high tone', 1, 0.5, '5'],
    ['3 dB more of the high tone', 0.7, 1, '5'],
    ['14 dB less of the high tone: no key', 1, 0.2, ''],
    ['too quiet: no key', 0.01, 0.01, ''],
  ])('%s', (_name, low, high, expected) => {
    expect(hear(press('5', 100, 100, low, high))).toBe(expected);
  });

  it('hears no key in a single tone, in noise, or in a voice-like sound', () => {
    expect(hear(sine(770, 8000, 8000))).toBe('');
    let state = 1;
    const noise = Int16Array.from({ length: 80_000 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 17) - 16_384;
    });
    expect(hear(noise)).toBe('');
    const voice = new Int16Array(16_000);
    for (let harmonic = 1; harmonic <= 20; harmonic++)
      mixInto(voice, sine(117 * harmonic, 8000, 16_000, 9000 / harmonic), 16_000);
    expect(hear(voice)).toBe('');
  });
});

describe('WAV', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2),
        fc.constantFrom(8000, 44_100),
        fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 50 }),
        (channels, sampleRate, values) => {
          const samples = Int16Array.from(values.slice(0, Math.floor(values.length / channels) * channels));
          const bytes = Buffer.concat([
            wavHeader({ channels, sampleRate }, samples.byteLength),
            new Uint8Array(samples.buffer, 0, samples.byteLength),
          ]);
          expect(readWav(bytes)).toEqual({ channels, sampleRate, samples });
        },
      ),
    );
  });

  it('survives any bytes: sound, or a BadWavError', () => {
    const good = Buffer.concat([wavHeader({ channels: 2, sampleRate: 8000 }, 40), Buffer.alloc(40)]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(good.length),
        (changes, length) => {
          const bytes = Buffer.from(good.subarray(0, length));
          for (const [at, value] of changes) if (at < length) bytes[at] = value;
          try {
            expect(readWav(bytes).samples.length).toBeLessThanOrEqual(80);
          } catch (error) {
            expect(error).toBeInstanceOf(BadWavError);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('reads a file whose header was never finished', () => {
    const bytes = Buffer.concat([wavHeader({ channels: 1, sampleRate: 8000 }, 0xffff_ffff), Buffer.alloc(160)]);
    expect(readWav(bytes).samples.length).toBe(80);
    expect(bytes.length).toBe(wavHeaderLength + 160);
  });
});
