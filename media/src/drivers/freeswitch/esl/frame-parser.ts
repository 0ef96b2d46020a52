import { BaseError } from '@hookswitch/kernel/base-error';

/** One message of the event socket: its headers, and the body that its Content-Length announced. */
export interface EslFrame {
  /** What Content-Type says: `auth/request`, `command/reply`, `api/response`, `text/event-plain`, `text/event-json`, `text/disconnect-notice` … */
  readonly type: string;
  /** By name in lower case; values as they came. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** How much a message may hold before the connection is given up, bytes. */
export interface EslLimits {
  readonly headerBytes: number;
  readonly bodyBytes: number;
}

/** An event with all its variables is some 10 KiB; `show channels as json` some 700 bytes a call. */
export const defaultEslLimits: EslLimits = { headerBytes: 16_384, bodyBytes: 32 * 1024 * 1024 };

/** Bytes that are no event socket. The connection cannot go on: where the next message begins is not known. */
export class EslProtocolError extends BaseError {
  constructor(detail: string) {
    super('invalid', 'esl-protocol', `The event socket sent what cannot be read: ${detail}.`);
  }
}

const newline = 0x0a;

/**
 * Cuts the bytes of an event socket into messages: a block of `Name: value` lines ended by an empty line, then as many bytes as Content-Length says.
 * It does no I/O and holds at most one unfinished message.
 */
export class EslFrameParser {
  readonly #limits: EslLimits;
  #chunks: Buffer[] = [];
  #held = 0;
  /** Bytes of the held ones in which no end of headers was found. */
  #searched = 0;
  #open: { readonly headers: ReadonlyMap<string, string>; readonly length: number } | undefined;

  constructor(limits: EslLimits = defaultEslLimits) {
    this.#limits = limits;
  }

  /** The messages that are complete with these bytes. Throws `EslProtocolError`, after which the parser is of no more use. */
  push(bytes: Uint8Array): EslFrame[] {
    if (bytes.length > 0) this.#chunks.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#held += bytes.length;
    const frames: EslFrame[] = [];
    for (;;) {
      if (!this.#open && !this.#readHeaders()) return frames;
      const { headers, length } = this.#open!;
      if (this.#held < length) return frames;
      this.#open = undefined;
      frames.push({ type: headers.get('content-type') ?? '', headers, body: this.#take(length) });
    }
  }

  #readHeaders(): boolean {
    this.#skipNewlines();
    const bytes = this.#joined();
    const end = bytes.indexOf('\n\n', Math.max(0, this.#searched - 1));
    const length = end < 0 ? bytes.length : end;
    if (length > this.#limits.headerBytes)
      throw new EslProtocolError(`headers of more than ${this.#limits.headerBytes} bytes`);
    if (end < 0) {
      this.#searched = bytes.length;
      return false;
    }
    const headers = parseHeaderLines(this.#take(end + 2).toString('utf8'));
    this.#open = { headers, length: this.#bodyLength(headers.get('content-length')) };
    return true;
  }

  #bodyLength(value: string | undefined): number {
    if (value === undefined) return 0;
    if (!/^\d{1,10}$/.test(value)) throw new EslProtocolError(`a Content-Length of '${value.slice(0, 20)}'`);
    const length = Number(value);
    if (length > this.#limits.bodyBytes) throw new EslProtocolError(`a body of ${length} bytes`);
    return length;
  }

  /** Empty lines before a message mean nothing. */
  #skipNewlines(): void {
    while (this.#held > 0) {
      const first = this.#chunks[0]!;
      let at = 0;
      while (at < first.length && first[at] === newline) at += 1;
      if (at === 0) return;
      this.#held -= at;
      this.#searched = 0;
      if (at < first.length) this.#chunks[0] = first.subarray(at);
      else this.#chunks.shift();
    }
  }

  #joined(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }

  #take(length: number): Buffer {
    const bytes = this.#joined();
    this.#chunks = length < bytes.length ? [bytes.subarray(length)] : [];
    this.#held -= length;
    this.#searched = 0;
    return bytes.subarray(0, length);
  }
}

/** `Name: value` lines by name in lower case; of several of one name the first counts. Lines without a colon are passed over. */
export function parseHeaderLines(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
}
