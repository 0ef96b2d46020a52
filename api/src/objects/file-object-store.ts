import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { checkObjectKey, ObjectNotFoundError, type ObjectStore } from './object-store.js';

/** Keeps objects as files below a folder. An object is written beside its place, flushed to the disk and renamed. */
export class FileObjectStore implements ObjectStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#place(key, async (path) => {
      const file = await open(path, 'wx');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    });
  }

  async putFile(key: string, source: string): Promise<void> {
    await this.#place(key, async (path) => {
      await copyFile(source, path);
      const file = await open(path, 'r+');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
    });
  }

  async open(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    const file = await open(this.#path(key), 'r').catch(absent);
    if (!file) throw new ObjectNotFoundError(key);
    return file.createReadStream(range ? { start: range.start, end: range.end } : {});
  }

  async size(key: string): Promise<number | undefined> {
    return (await stat(this.#path(key)).catch(absent))?.size;
  }

  async remove(key: string): Promise<void> {
    await unlink(this.#path(key)).catch(absent);
  }

  #path(key: string): string {
    checkObjectKey(key);
    return join(this.#folder, key);
  }

  async #place(key: string, write: (path: string) => Promise<void>): Promise<void> {
    const path = this.#path(key);
    await mkdir(dirname(path), { recursive: true });
    const draft = join(dirname(path), `.${randomUUID()}`); // no key begins with a dot
    try {
      await write(draft);
      await rename(draft, path);
      await syncFolder(dirname(path));
    } finally {
      await rm(draft, { force: true });
    }
  }
}

/** Makes a rename survive a crash of the machine. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
