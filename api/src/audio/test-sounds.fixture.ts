import type { Pcm } from './pcm.js';

/** A sine tone. */
export function sine(hz: number, seconds: number, sampleRate = 8000): Pcm {
  const samples = new Int16Array(Math.round(seconds * sampleRate));
  for (let at = 0; at < samples.length; at++)
    samples[at] = Math.round(10_000 * Math.sin((2 * Math.PI * hz * at) / sampleRate));
  return { sampleRate, samples };
}

/** How strong a frequency is in a sound, 0 to 1 of a full sine of the amplitude of `sine` (Goertzel). */
export function strength({ samples, sampleRate }: Pcm, hz: number): number {
  let real = 0;
  let imaginary = 0;
  for (let at = 0; at < samples.length; at++) {
    const angle = (2 * Math.PI * hz * at) / sampleRate;
    real += samples[at]! * Math.cos(angle);
    imaginary += samples[at]! * Math.sin(angle);
  }
  return (2 * Math.hypot(real, imaginary)) / samples.length / 10_000;
}

/** A WAV file of any encoding. `encode` writes one sample (-1 to 1) at a place. */
export function wavOf(
  { samples, sampleRate }: Pcm,
  format: { encoding: number; bits: number; channels?: number; extensible?: boolean },
  encode: (value: number, data: Buffer, at: number) => void,
): Buffer {
  const { encoding, bits, channels = 1, extensible = false } = format;
  const width = bits / 8;
  const data = Buffer.alloc(samples.length * width * channels);
  for (let at = 0; at < samples.length; at++) {
    for (let channel = 0; channel < channels; channel++) {
      encode(samples[at]! / 32_768, data, (at * channels + channel) * width);
    }
  }
  const fmt = Buffer.alloc(extensible ? 40 : 16);
  fmt.writeUInt16LE(extensible ? 0xfffe : encoding, 0);
  fmt.writeUInt16LE(channels, 2);
  fmt.writeUInt32LE(sampleRate, 4);
  fmt.writeUInt32LE(sampleRate * channels * width, 8);
  fmt.writeUInt16LE(channels * width, 12);
  fmt.writeUInt16LE(bits, 14);
  if (extensible) fmt.writeUInt16LE(encoding, 24);
  return Buffer.concat([riff(4 + 8 + fmt.length + 8 + data.length), chunk('fmt ', fmt), chunk('data', data)]);
}

export function riff(length: number): Buffer {
  const head = Buffer.from('RIFF....WAVE', 'latin1');
  head.writeUInt32LE(length, 4);
  return head;
}

export function chunk(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}
