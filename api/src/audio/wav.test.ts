import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnreadableAudioError } from './audio-errors.js';
import { chunk, riff, sine, strength, wavOf } from './test-sounds.fixture.js';
import { readWav, writeWav } from './wav.js';

const tone = sine(440, 0.5);
const pcm16 = (value: number, data: Buffer, at: number) => data.writeInt16LE(Math.round(value * 32_767), at);

/** ITU-T G.711 µ-law, as an encoder writes it. */
function muLaw(value: number): number {
  const sign = value < 0 ? 0x80 : 0;
  const size = Math.min(32_635, Math.abs(Math.round(value * 32_768))) + 0x84;
  const exponent = Math.floor(Math.log2(size)) - 7;
  return ~(sign | (exponent << 4) | ((size >> (exponent + 3)) & 15)) & 0xff;
}

describe('reading WAV', () => {
  it('reads back what it writes', async () => {
    expect(await readWav(writeWav(tone))).toEqual(tone);
  });

  it.each<
    [string, { encoding: number; bits: number; channels?: number; extensible?: boolean }, Parameters<typeof wavOf>[2]]
  >([
    ['8-bit PCM', { encoding: 1, bits: 8 }, (value, data, at) => data.writeUInt8(Math.round(value * 127) + 128, at)],
    ['16-bit PCM', { encoding: 1, bits: 16 }, pcm16],
    ['16-bit PCM in stereo', { encoding: 1, bits: 16, channels: 2 }, pcm16],
    ['16-bit PCM, extensible', { encoding: 1, bits: 16, extensible: true }, pcm16],
    [
      '24-bit PCM',
      { encoding: 1, bits: 24 },
      (value, data, at) => data.writeIntLE(Math.round(value * 8_388_607), at, 3),
    ],
    [
      '32-bit PCM',
      { encoding: 1, bits: 32 },
      (value, data, at) => data.writeInt32LE(Math.round(value * 2_147_483_647), at),
    ],
    ['32-bit float', { encoding: 3, bits: 32 }, (value, data, at) => data.writeFloatLE(value, at)],
    ['µ-law', { encoding: 7, bits: 8 }, (value, data, at) => data.writeUInt8(muLaw(value), at)],
  ])('reads %s', async (_, format, encode) => {
    const read = await readWav(wavOf(tone, format, encode));
    expect(read.samples.length).toBe(tone.samples.length);
    expect(strength(read, 440)).toBeCloseTo(1, 1);
    expect(strength(read, 1000)).toBeLessThan(0.02);
  });

  it('knows A-law’s ends and middle (ITU-T G.711)', async () => {
    const bytes = Buffer.from([0xd5, 0x55, 0xaa, 0x2a]);
    const file = wavOf({ sampleRate: 8000, samples: new Int16Array(4) }, { encoding: 6, bits: 8 }, (_, data, at) =>
      data.writeUInt8(bytes[at]!, at),
    );
    expect([...(await readWav(file)).samples]).toEqual([8, -8, 32_256, -32_256]);
  });

  it('takes a length beyond the file for the file’s end, as from a program that wrote to a pipe', async () => {
    const file = writeWav(tone);
    file.writeUInt32LE(0x7fff_ffff, 40);
    expect((await readWav(file)).samples.length).toBe(tone.samples.length);
  });

  it('passes chunks over that it does not know', async () => {
    const whole = writeWav(tone);
    const file = Buffer.concat([riff(0), chunk('LIST', Buffer.from('abcd')), whole.subarray(12)]);
    expect((await readWav(file)).samples.length).toBe(tone.samples.length);
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('hello, this is no audio file at all')],
    ['a header alone', riff(4)],
    ['no data', Buffer.concat([riff(28), writeWav(tone).subarray(12, 36)])],
    ['empty data', writeWav({ sampleRate: 8000, samples: new Int16Array(0) })],
    ['data before format', Buffer.concat([riff(12), chunk('data', Buffer.alloc(4))])],
    ['a format cut off', Buffer.concat([riff(12), chunk('fmt ', Buffer.alloc(4))])],
    ['no channel', wavOf(tone, { encoding: 1, bits: 16, channels: 0 }, pcm16)],
    ['no rate', wavOf({ ...tone, sampleRate: 0 }, { encoding: 1, bits: 16 }, pcm16)],
    ['12 bits', wavOf(tone, { encoding: 1, bits: 16 }, pcm16).fill(12, 34, 35)],
  ])('says that %s cannot be read', async (_, file) => {
    await expect(readWav(file)).rejects.toThrow(UnreadableAudioError);
  });

  it('reads any bytes or says that it cannot', async () => {
    const good = writeWav(sine(440, 0.01));
    const mutated = fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 })
      .map((changes) => {
        const file = Buffer.from(good);
        for (const [at, value] of changes) file[at] = value;
        return file;
      });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          mutated,
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        ),
        async (file) => {
          const end = await readWav(file).catch((error: unknown) => error);
          if (end instanceof Error) expect(end).toBeInstanceOf(UnreadableAudioError);
        },
      ),
    );
  });
});
