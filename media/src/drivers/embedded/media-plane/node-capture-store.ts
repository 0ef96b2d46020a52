import { open, rename, writeFile } from 'node:fs/promises';
import type { CaptureStore } from './capture-store.js';

/** Recordings on the local disk. */
export const nodeCaptureStore: CaptureStore = {
  async create(path) {
    const file = await open(path, 'w');
    let length = 0;
    return {
      async append(bytes) {
        await writeAll(file, bytes, length);
        length += bytes.length;
      },
      patch: (position, bytes) => writeAll(file, bytes, position),
      async close() {
        // A recording that was reported as finished must survive the machine's crash as well.
        await file.datasync().finally(() => file.close());
      },
    };
  },
  async writeText(path, text) {
    await writeFile(`${path}.part`, text);
    await rename(`${path}.part`, path);
  },
};

async function writeAll(file: Awaited<ReturnType<typeof open>>, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}
