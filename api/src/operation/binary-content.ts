import type { Readable } from 'node:stream';

/** An answer that is not JSON: a recording, an export. The router serves byte ranges of it (RFC 9110 14) where the size is known. */
export interface BinaryContent {
  /** Media type, e.g. `audio/mpeg`. */
  readonly type: string;
  /** Bytes in all; undefined when not known beforehand, and then there are no ranges. */
  readonly size: number | undefined;
  /** Opens the bytes from `start` to `end`, both included (all of them when no range is given). Destroyed when the client goes away. */
  open(range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /** Strong entity tag without quotes. */
  readonly etag?: string;
  /** A name to save it under. */
  readonly fileName?: string;
}
