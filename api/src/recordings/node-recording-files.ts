import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { RecordingFiles } from './recording-files.js';

/** The local disk. */
export const nodeRecordingFiles: RecordingFiles = {
  size: async (path) => (await stat(path)).size,
  async *read(path, range) {
    if (range && range.end <= range.start) return;
    const bounds = range ? { start: range.start, end: range.end - 1 } : {};
    yield* createReadStream(path, bounds) as AsyncIterable<Buffer>;
  },
  write: (path, content) => pipeline(content, createWriteStream(path)),
  makeFolder: () => mkdtemp(join(tmpdir(), 'recording-')),
  remove: (path) => rm(path, { force: true, recursive: true }),
};
