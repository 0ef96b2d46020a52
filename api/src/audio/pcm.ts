import { createHash } from 'node:crypto';
import type { AudioRef } from '@hookswitch/media/port/sound';

/** Decoded sound: 16-bit, one channel. */
export interface Pcm {
  readonly sampleRate: number;
  readonly samples: Int16Array;
}

/** What telephones play: everything is kept at this rate. */
export const telephoneRate = 8000;

/** Sound as the engine takes it, in memory that threads share, named by its content. */
export function audioRef({ sampleRate, samples }: Pcm): AudioRef {
  const shared = new Int16Array(new SharedArrayBuffer(samples.byteLength));
  shared.set(samples);
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const key = createHash('sha256').update(`${sampleRate}:`).update(bytes).digest('hex').slice(0, 32);
  return { kind: 'audio', key, sampleRate, samples: shared };
}

/** Length in milliseconds. */
export function pcmDurationMs({ sampleRate, samples }: Pcm): number {
  return Math.round((samples.length / sampleRate) * 1000);
}
