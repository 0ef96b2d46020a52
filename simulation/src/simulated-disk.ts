import type { RecordingFiles } from '@hookswitch/api/recordings/index';
import type { CaptureStore } from '@hookswitch/media/drivers/embedded/media-plane/capture-store';

/** A disk that outlives the processes of a simulated world: captures, and the files made of them. */
export class SimulatedDisk implements CaptureStore, RecordingFiles {
  readonly #files = new Map<string, GrowingFile>();
  #folders = 0;

  get paths(): readonly string[] {
    return [...this.#files.keys()];
  }

  async create(path: string) {
    const file = new GrowingFile();
    this.#files.set(path, file);
    return {
      append: async (bytes: Uint8Array) => file.append(bytes),
      patch: async (position: number, bytes: Uint8Array) => file.patch(position, bytes),
      close: async () => {},
    };
  }

  async writeText(path: string, text: string): Promise<void> {
    const file = new GrowingFile();
    file.append(Buffer.from(text));
    this.#files.set(path, file);
  }

  async size(path: string): Promise<number> {
    return this.bytes(path).length;
  }

  async *read(path: string, range?: { readonly start: number; readonly end: number }): AsyncIterable<Buffer> {
    const bytes = this.bytes(path);
    yield range ? bytes.subarray(range.start, range.end) : bytes;
  }

  async write(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const file = new GrowingFile();
    for await (const bytes of content) file.append(bytes);
    this.#files.set(path, file);
  }

  async makeFolder(): Promise<string> {
    return `/simulated/${++this.#folders}`;
  }

  async remove(path: string): Promise<void> {
    for (const name of [...this.#files.keys()]) {
      if (name === path || name.startsWith(`${path}/`)) this.#files.delete(name);
    }
  }

  /** Throws as Node does where there is no such file. */
  bytes(path: string): Buffer {
    const file = this.#files.get(path);
    if (!file) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
    return file.content;
  }
}

class GrowingFile {
  #bytes = Buffer.alloc(1024);
  #length = 0;

  get content(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  append(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) {
      const larger = Buffer.alloc(2 * (this.#length + bytes.length));
      larger.set(this.content);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  patch(position: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, position);
  }
}
