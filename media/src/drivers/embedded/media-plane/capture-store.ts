/** Where recordings are written: the disk, or memory in the simulation. Paths are whatever the caller of `record` gave. */
export interface CaptureStore {
  /** Makes an empty file. Rejects where it cannot. */
  create(path: string): Promise<CaptureFile>;
  /** Replaces a small text file in one step. */
  writeText(path: string, text: string): Promise<void>;
}

/** One file being written. Its operations are called one after another. */
export interface CaptureFile {
  append(bytes: Uint8Array): Promise<void>;
  /** Overwrites bytes near the start. */
  patch(position: number, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
