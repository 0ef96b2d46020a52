import type { CaptureStore } from './capture-store.js';

/** Recordings in memory, for the simulation and tests. The path `unwritable` cannot be written. */
export class MemoryCaptureStore implements CaptureStore {
  /** Content by path. */
  readonly files = new Map<string, Uint8Array>();
  readonly texts = new Map<string, string>();

  create: CaptureStore['create'] = async (path) => {
    if (path === 'unwritable') throw new Error('No such folder.');
    this.files.set(path, new Uint8Array());
    return {
      append: async (bytes) => {
        this.files.set(path, Buffer.concat([this.files.get(path) ?? new Uint8Array(), bytes]));
      },
      patch: async (position, bytes) => {
        this.files.get(path)?.set(bytes, position);
      },
      close: async () => {},
    };
  };

  async writeText(path: string, text: string): Promise<void> {
    this.texts.set(path, text);
  }
}
