import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { renderTone } from '../../../audio/tone-generator.js';
import { wavHeader } from '../../../audio/wav.js';
import type { Sound } from '../../../port/sound.js';

/** Where sounds and recordings are handed over: one folder that both programs see, maybe under different names. */
export interface SharedFolder {
  /** As we see it. */
  readonly ours: string;
  /** As FreeSWITCH sees it. */
  readonly theirs: string;
}

/** A sound as FreeSWITCH can play it. */
export interface SoundFile {
  /** As FreeSWITCH names it. */
  readonly path: string;
  readonly durationMs: number;
}

/** Which part of a sound a file holds. */
export interface SoundPart {
  /** How often the sound is in it, one after the other: loops of a short sound join without a gap then. */
  readonly repeats: number;
  /** What is left out at its start, milliseconds. */
  readonly fromMs: number;
}

/** Sounds written for FreeSWITCH, each once; those used longest ago are removed when there are too many. */
export class SoundFiles {
  readonly #folder: SharedFolder;
  readonly #limitBytes: number;
  readonly #files = new Map<string, { readonly written: Promise<SoundFile>; readonly bytes: number }>();
  #bytes = 0;
  #made = 0;

  constructor(folder: SharedFolder, limitBytes = 512 * 1024 * 1024) {
    this.#folder = folder;
    this.#limitBytes = limitBytes;
  }

  /** The file with that part of the sound; rejects where it cannot be written. */
  async file(sound: Sound, part: SoundPart): Promise<SoundFile> {
    const name = `${createHash('sha256')
      .update(`${keyOf(sound)} ${part.repeats} ${part.fromMs}`)
      .digest('hex')
      .slice(0, 32)}.wav`;
    const known = this.#files.get(name);
    if (known) {
      this.#files.delete(name);
      this.#files.set(name, known);
      return known.written;
    }
    const { samples, sampleRate } = samplesOf(sound, part);
    const written = this.#write(name, samples, sampleRate);
    this.#files.set(name, { written, bytes: samples.byteLength });
    this.#bytes += samples.byteLength;
    this.#makeRoom();
    written.catch(() => this.#forget(name));
    return written;
  }

  /** FreeSWITCH does not find a file of ours: it is written again when it is asked for next. */
  missing(path: string): void {
    this.#forget(basename(path));
  }

  /** Removes sounds that lie there since before that time, milliseconds since the epoch: of processes that are gone. */
  async removeOlder(than: number): Promise<void> {
    const folder = join(this.#folder.ours, 'sounds');
    for (const name of await readdir(folder).catch(() => [])) {
      const isOld = !this.#files.has(name) && (await stat(join(folder, name))).mtimeMs < than;
      if (isOld) await unlink(join(folder, name)).catch(() => undefined);
    }
  }

  async #write(name: string, samples: Int16Array, sampleRate: number): Promise<SoundFile> {
    const folder = join(this.#folder.ours, 'sounds');
    await mkdir(folder, { recursive: true });
    const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    this.#made += 1;
    const unfinished = join(folder, `${name}.${process.pid}-${this.#made}`);
    await writeFile(unfinished, Buffer.concat([wavHeader({ channels: 1, sampleRate }, bytes.length), bytes]));
    await rename(unfinished, join(folder, name));
    return { path: `${this.#folder.theirs}/sounds/${name}`, durationMs: (samples.length / sampleRate) * 1000 };
  }

  #makeRoom(): void {
    for (const [name, { written }] of this.#files) {
      if (this.#bytes <= this.#limitBytes || this.#files.size === 1) return;
      this.#forget(name);
      void written.then(() => unlink(join(this.#folder.ours, 'sounds', name))).catch(() => undefined);
    }
  }

  #forget(name: string): void {
    const file = this.#files.get(name);
    if (!file) return;
    this.#files.delete(name);
    this.#bytes -= file.bytes;
  }
}

/** How long the sound is once, milliseconds. Tones are one whole cadence, at most a minute. */
export function onceMs(sound: Sound): number {
  if (sound.kind === 'audio') return (sound.samples.length / sound.sampleRate) * 1000;
  return Math.min(
    60_000,
    sound.cadenceMs.reduce((sum, ms) => sum + Math.max(0, ms), 0),
  );
}

function samplesOf(sound: Sound, { repeats, fromMs }: SoundPart): { samples: Int16Array; sampleRate: number } {
  const once = sound.kind === 'audio' ? sound.samples : renderTone(sound);
  const sampleRate = sound.kind === 'audio' ? sound.sampleRate : 8000;
  const samples = new Int16Array(once.length * repeats);
  for (let turn = 0; turn < repeats; turn += 1) samples.set(once, turn * once.length);
  return { samples: samples.subarray(Math.min(samples.length, Math.round((fromMs * sampleRate) / 1000))), sampleRate };
}

function keyOf(sound: Sound): string {
  if (sound.kind === 'audio') return `audio ${sound.sampleRate} ${sound.key}`;
  return `tone ${sound.frequencies.join('+')} ${sound.levelDbm0} ${sound.cadenceMs.join('/')}`;
}
