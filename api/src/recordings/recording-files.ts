/**
 * Where captures lie and files are made: the disk on a server, memory in the simulation. Paths are whatever whoever captures gave.
 */
export interface RecordingFiles {
  /** Bytes. Rejects with an error whose `code` is ENOENT where there is no such file. */
  size(path: string): Promise<number>;
  /** The bytes from `start` up to and without `end`; all of them without a range. */
  read(path: string, range?: { readonly start: number; readonly end: number }): AsyncIterable<Buffer>;
  /** Makes a file of what comes, replacing one that is there. */
  write(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Makes an empty folder of its own. */
  makeFolder(): Promise<string>;
  /** Removes a file, or a folder with all in it; harmless where there is none. */
  remove(path: string): Promise<void>;
}
