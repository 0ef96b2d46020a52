import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { toneSamples } from '../../ear/tone.js';
import { toneLevel } from '../../ear/tone-level.js';
import { readWav, writeWav } from '../../ear/wav.js';

/** Something that sounds now: a phone's tone, or a file at some place. */
export type Sounding =
  | { readonly kind: 'tone'; readonly hz: number }
  | { readonly kind: 'file'; readonly samples: Int16Array; readonly rate: number; readonly atMs: number };

/** Whether that frequency is in it. */
export function hasTone(sounding: Sounding, hz: number): boolean {
  if (sounding.kind === 'tone') return sounding.hz === hz;
  const at = Math.floor((sounding.atMs * sounding.rate) / 1000);
  return toneLevel(sounding.samples.subarray(at, at + sounding.rate / 5), hz, sounding.rate) > -40;
}

/** A sound file as it lies in the shared folder; undefined where there is none. */
export function readSound(path: string): { samples: Int16Array; rate: number; durationMs: number } | undefined {
  try {
    const { rate, channels } = readWav(readFileSync(path));
    return { samples: channels[0]!, rate, durationMs: (channels[0]!.length / rate) * 1000 };
  } catch {
    return undefined;
  }
}

/** So many samples at 8 kHz of all that sounds. */
export function mixOf(soundings: readonly Sounding[], count: number, offset: number): Int16Array {
  const mixed = new Int16Array(count);
  for (const sounding of soundings) {
    const at = sounding.kind === 'file' ? Math.floor((sounding.atMs * sounding.rate) / 1000) : 0;
    const samples =
      sounding.kind === 'tone'
        ? toneSamples(sounding.hz, count, { offset })
        : sounding.samples.subarray(at, at + count);
    samples.forEach((sample, index) => {
      mixed[index] = Math.max(-32768, Math.min(32767, mixed[index]! + sample));
    });
  }
  return mixed;
}

/** A file that grows while a channel is recorded: what it says on the left, what it hears on the right. */
export class GrowingFile {
  readonly path: string;
  #frames = 0;

  constructor(path: string) {
    this.path = path;
    writeFileSync(path, writeWav({ rate: 8000, channels: [new Int16Array(), new Int16Array()] }));
  }

  get frames(): number {
    return this.#frames;
  }

  append(said: Int16Array, heard: Int16Array): void {
    const bytes = Buffer.alloc(said.length * 4);
    said.forEach((sample, at) => {
      bytes.writeInt16LE(sample, at * 4);
      bytes.writeInt16LE(heard[at] ?? 0, at * 4 + 2);
    });
    appendFileSync(this.path, bytes);
    this.#frames += said.length;
  }

  /** Writes its length into its header. */
  close(): void {
    const { channels } = readWav(readFileSync(this.path));
    writeFileSync(this.path, writeWav({ rate: 8000, channels }));
  }
}
