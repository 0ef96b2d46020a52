import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { checkObjectKey, ObjectNotFoundError, type ObjectStore } from './object-store.js';

/** Keeps objects in this process's memory. For tests and the simulation. */
export class MemoryObjectStore implements ObjectStore {
  readonly #objects = new Map<string, Buffer>();

  async put(key: string, bytes: Uint8Array): Promise<void> {
    checkObjectKey(key);
    this.#objects.set(key, Buffer.from(bytes));
  }

  async putFile(key: string, path: string): Promise<void> {
    checkObjectKey(key);
    this.#objects.set(key, await readFile(path));
  }

  async open(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    checkObjectKey(key);
    const bytes = this.#objects.get(key);
    if (!bytes) throw new ObjectNotFoundError(key);
    return Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes], { objectMode: false });
  }

  async size(key: string): Promise<number | undefined> {
    checkObjectKey(key);
    return this.#objects.get(key)?.length;
  }

  async remove(key: string): Promise<void> {
    checkObjectKey(key);
    this.#objects.delete(key);
  }

  /** The keys that are there, sorted. */
  keys(): string[] {
    return [...this.#objects.keys()].sort();
  }
}
