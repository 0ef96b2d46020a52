import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { decodeTable, encodeTable } from './g711.js';
import { G722Decoder, G722Encoder } from './g722.js';
import { goertzelEnergy } from './goertzel.js';

/** Sine waves together, at a rate, so many seconds. */
function tones(frequencies: readonly number[], rate: number, seconds = 1, amplitude = 8000): Int16Array {
  return Int16Array.from({ length: rate * seconds }, (_, at) =>
    Math.round(frequencies.reduce((sum, each) => sum + amplitude * Math.sin((2 * Math.PI * each * at) / rate), 0)),
  );
}

function encoded(samples: Int16Array): Uint8Array {
  const codes = new Uint8Array(samples.length / 2);
  new G722Encoder().encode(samples, codes);
  return codes;
}

function decoded(codes: Uint8Array): Int16Array {
  const samples = new Int16Array(codes.length * 2);
  new G722Decoder().decode(codes, 0, codes.length, samples);
  return samples;
}

/** How much louder a frequency is than the rest, dB, once both sides have settled. */
function purity(samples: Int16Array, frequency: number, rate: number): number {
  const settled = samples.subarray(rate / 10, rate / 10 + rate / 2);
  const total = settled.reduce((sum, value) => sum + value * value, 0);
  const tone = (goertzelEnergy(settled, frequency, rate) * 2) / settled.length;
  return 10 * Math.log10(tone / Math.max(1e-9, total - tone));
}

/** Signal to noise of `heard` against `meant`, dB, at the best delay up to 64 samples. */
function signalToNoise(meant: Int16Array, heard: Int16Array): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let delay = 0; delay < 64; delay++) {
    let [signal, noise] = [0, 0];
    for (let at = 2000; at < meant.length - 2000; at++) {
      signal += meant[at]! ** 2;
      noise += (meant[at]! - heard[at + delay]!) ** 2;
    }
    best = Math.max(best, 10 * Math.log10(signal / noise));
  }
  return best;
}

/** Has ffmpeg turn one format into another. */
function ffmpeg(input: Uint8Array, from: readonly string[], to: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'g722-'));
  try {
    const [source, result] = [join(folder, 'in'), join(folder, 'out')];
    writeFileSync(source, input);
    execFileSync('ffmpeg', ['-v', 'error', ...from, '-i', source, ...to, result]);
    return readFileSync(result);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const bytesOf = (samples: Int16Array) => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
const samplesOf = (bytes: Buffer) => new Int16Array(Uint8Array.from(bytes).buffer);
const g722 = ['-f', 'g722'];
const pcm16k = ['-f', 's16le', '-ar', '16000', '-ac', '1'];

describe('G.722 at 64 kbit/s', () => {
  it.each([300, 1000, 3400, 5000, 6500])(
    'carries %i Hz, which has most of the energy at the other end',
    (frequency) => {
      expect(purity(decoded(encoded(tones([frequency], 16_000))), frequency, 16_000)).toBeGreaterThan(15);
    },
  );

  it('keeps loud and quiet speech-like sound 20 dB and more above its noise', () => {
    for (const amplitude of [200, 2000, 9000]) {
      const sound = tones([310, 870, 2300], 16_000, 1, amplitude / 3);
      expect(signalToNoise(sound, decoded(encoded(sound)))).toBeGreaterThan(20);
    }
  });

  it('survives anything at either end, and finds its way again', () => {
    const random = seededRandom(722);
    const noise = Int16Array.from({ length: 32_000 }, () => Math.floor(random.next() * 65_536) - 32_768);
    const codes = Uint8Array.from({ length: 16_000 }, () => Math.floor(random.next() * 256));
    const [encoder, decoder] = [new G722Encoder(), new G722Decoder()];
    encoder.encode(noise, new Uint8Array(16_000));
    decoder.decode(codes, 0, codes.length, new Int16Array(32_000));
    const sound = tones([1000], 16_000, 2);
    const [after, heard] = [new Uint8Array(16_000), new Int16Array(32_000)];
    encoder.encode(sound, after);
    decoder.decode(after, 0, after.length, heard);
    expect(purity(heard.subarray(16_000), 1000, 16_000)).toBeGreaterThan(15);
  });
});

describe('G.722 beside another implementation (ffmpeg)', () => {
  const sound = tones([440, 1800, 5200], 16_000, 2, 3000);

  it('makes the very same bits of the same sound', () => {
    expect(Buffer.compare(encoded(sound), ffmpeg(bytesOf(sound), pcm16k, g722))).toBe(0);
  });

  it('makes the very same sound of the same bits, be they speech or chance', () => {
    const random = seededRandom(7220);
    const chance = Uint8Array.from({ length: 16_000 }, () => Math.floor(random.next() * 256));
    for (const codes of [encoded(sound), chance]) {
      expect(decoded(codes)).toEqual(samplesOf(ffmpeg(codes, g722, pcm16k)));
    }
  });
});

describe('G.722 and µ-law of 8 kHz, a byte for a byte', () => {
  const toMu = (samples: Int16Array) => Uint8Array.from(samples, (value) => encodeTable.pcmu[value + 32_768]!);
  const fromMu = (codes: Uint8Array) => Int16Array.from(codes, (code) => decodeTable.pcmu[code]!);

  it.each([300, 1000, 2400, 3400])('%i Hz from µ-law through G.722 to µ-law', (frequency) => {
    const bytes = toMu(tones([frequency], 8000));
    new G722Encoder().encodeNarrow(bytes, 0, bytes.length);
    new G722Decoder().decodeNarrow(bytes, 0, bytes.length);
    expect(purity(fromMu(bytes), frequency, 8000)).toBeGreaterThan(15);
  });

  it('a phone of 16 kHz hears what came as µ-law, as loud, with nothing above 4 kHz', () => {
    const bytes = toMu(tones([1000], 8000));
    new G722Encoder().encodeNarrow(bytes, 0, bytes.length);
    const heard = decoded(bytes);
    expect(purity(heard, 1000, 16_000)).toBeGreaterThan(15);
    const loudness = Math.sqrt(heard.reduce((sum, value) => sum + value * value, 0) / heard.length);
    expect(loudness / (8000 / Math.SQRT2)).toBeCloseTo(1, 1);
  });

  it('what a phone of 16 kHz says is heard as µ-law, as loud, without what lies above 4 kHz', () => {
    const codes = encoded(tones([1000, 6000], 16_000, 1, 6000));
    new G722Decoder().decodeNarrow(codes, 0, codes.length);
    const heard = fromMu(codes);
    expect(purity(heard, 1000, 8000)).toBeGreaterThan(12);
    const loudness = Math.sqrt(heard.reduce((sum, value) => sum + value * value, 0) / heard.length);
    expect(loudness / (6000 / Math.SQRT2)).toBeCloseTo(1, 1);
  });
});
