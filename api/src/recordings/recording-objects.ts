import type { Readable } from 'node:stream';

/** What recordings ask of the object store. */
export interface RecordingObjects {
  /** Stores a local file under that key, replacing what was there. */
  putFile(key: string, path: string, type: string): Promise<void>;
  /** The bytes from `start` to `end`, both included; all of them without a range. Rejects where there is no such object. */
  open(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /** Removes it; nothing happens where it is not there. */
  remove(key: string): Promise<void>;
}

export const mediaType = { wav: 'audio/wav', mp3: 'audio/mpeg' } as const;
