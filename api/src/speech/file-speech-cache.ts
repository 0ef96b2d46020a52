import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@hookswitch/kernel/logger';
import { type Pcm, readWav, writeWav } from '../audio/index.js';
import type { SpeechCache } from './speech-cache.js';

export interface FileSpeechCacheSettings {
  readonly folder: string;
  /** When the files are more than this, those not used for longest go. */
  readonly maxBytes: number;
}

/** Keeps speech as WAV files in one folder. */
export class FileSpeechCache implements SpeechCache {
  readonly #settings: FileSpeechCacheSettings;
  readonly #logger: Logger;
  /** Bytes in the folder; undefined until counted. */
  #bytes: number | undefined;
  #pruning = false;

  constructor(settings: FileSpeechCacheSettings, logger: Logger) {
    this.#settings = settings;
    this.#logger = logger;
  }

  async get(key: string): Promise<Pcm | undefined> {
    const path = this.#path(key);
    try {
      const speech = await readWav(await readFile(path));
      const now = new Date();
      utimes(path, now, now).catch(() => {}); // says that it was used; it may be gone by now
      return speech;
    } catch {
      return undefined; // not there, or broken: made again
    }
  }

  async put(key: string, speech: Pcm): Promise<void> {
    const { folder, maxBytes } = this.#settings;
    const draft = join(folder, `.${randomUUID()}`);
    try {
      const wav = writeWav(speech);
      await mkdir(folder, { recursive: true });
      await writeFile(draft, wav);
      await rename(draft, this.#path(key));
      this.#bytes = this.#bytes === undefined ? await this.#count() : this.#bytes + wav.length;
      if (this.#bytes > maxBytes) await this.#prune();
    } catch (error) {
      this.#logger.warn({ err: error }, 'speech could not be kept on disk');
      await rm(draft, { force: true }).catch(() => {});
    }
  }

  #path(key: string): string {
    return join(this.#settings.folder, `${key}.wav`);
  }

  async #count(): Promise<number> {
    return (await this.#files()).reduce((sum, { size }) => sum + size, 0);
  }

  /** Removes the files used longest ago, until a fifth of the room is free. */
  async #prune(): Promise<void> {
    if (this.#pruning) return;
    this.#pruning = true;
    try {
      const files = (await this.#files()).sort((a, b) => a.usedAt - b.usedAt);
      let bytes = files.reduce((sum, { size }) => sum + size, 0);
      for (const { path, size } of files) {
        if (bytes <= this.#settings.maxBytes * 0.8) break;
        await rm(path, { force: true });
        bytes -= size;
      }
      this.#bytes = bytes;
    } finally {
      this.#pruning = false;
    }
  }

  async #files(): Promise<{ path: string; size: number; usedAt: number }[]> {
    const { folder } = this.#settings;
    const names = await readdir(folder);
    const found = names.map(async (name) => {
      const path = join(folder, name);
      const facts = await stat(path).catch(() => undefined);
      return facts?.isFile() ? [{ path, size: facts.size, usedAt: facts.mtimeMs }] : [];
    });
    return (await Promise.all(found)).flat();
  }
}
