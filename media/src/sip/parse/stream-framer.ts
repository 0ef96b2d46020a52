import { SipSyntaxError, SipTooLargeError } from '../sip-errors.js';
import type { SipLimits } from '../sip-settings.js';

/** The number may stand on a folded line. */
const contentLength = /^(?:content-length|l)[ \t]*:[ \t]*(?:\r?\n[ \t]+)?(\d{1,10})[ \t]*\r?$/gim;

/**
 * Cuts the bytes of a connection into messages (RFC 3261 18.3): several in one read, parts of one over many reads, keep-alives between them
 * (RFC 5626 4.4.1). Holds at most `maxStreamBuffer` bytes.
 */
export class StreamFramer {
  readonly #limits: SipLimits;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Up to where the end of the headers was looked for. */
  #searched = 0;
  /** Bytes of the whole message, once its headers are there. */
  #needed = 0;
  #blanks = 0;

  constructor(limits: SipLimits) {
    this.#limits = limits;
  }

  /**
   * Takes the next bytes. Answers the messages that are complete and how many pings (CRLFCRLF) want a CRLF back. Throws `SipSyntaxError` where a
   * message does not say how long it is, and `SipTooLargeError`; the connection is then of no more use.
   */
  push(bytes: Buffer): { messages: Buffer[]; pings: number } {
    const messages: Buffer[] = [];
    let pings = 0;
    this.#append(bytes);
    let start = 0;
    for (;;) {
      if (this.#needed === 0) {
        while (start < this.#length && this.#searched <= start && isLineBreak(this.#buffer[start]!)) {
          start++;
          if (++this.#blanks === 4) {
            pings++;
            this.#blanks = 0;
          }
        }
        if (start === this.#length) break;
        this.#blanks = 0;
        const held = this.#buffer.subarray(0, this.#length);
        const end = held.indexOf('\r\n\r\n', Math.max(start, this.#searched - 3));
        if (end < 0) {
          this.#searched = this.#length;
          break;
        }
        this.#needed = end + 4 - start + bodyLength(held.toString('latin1', start, end));
        if (this.#needed > this.#limits.maxMessageBytes)
          throw new SipTooLargeError('A message on the connection is too large.');
      }
      if (this.#length - start < this.#needed) break;
      messages.push(Buffer.from(this.#buffer.subarray(start, start + this.#needed)));
      start += this.#needed;
      this.#needed = 0;
      this.#searched = start;
    }
    this.#drop(start);
    if (this.#length > this.#limits.maxStreamBuffer)
      throw new SipTooLargeError('A message on the connection is too large.');
    return { messages, pings };
  }

  #append(bytes: Buffer): void {
    if (this.#length + bytes.length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes.length));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    bytes.copy(this.#buffer, this.#length);
    this.#length += bytes.length;
  }

  #drop(count: number): void {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#searched = Math.max(0, this.#searched - count);
    if (this.#length === 0) this.#buffer = Buffer.alloc(0);
  }
}

function isLineBreak(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a;
}

function bodyLength(head: string): number {
  let length: number | undefined;
  for (const match of head.matchAll(contentLength)) {
    const value = Number(match[1]);
    if (length !== undefined && value !== length) throw new SipSyntaxError('Two Content-Lengths differ.');
    length = value;
  }
  // Obligatory over streams (18.3, 20.14): without it nobody knows where the next message starts.
  if (length === undefined) throw new SipSyntaxError('Content-Length is missing on a stream.');
  return length;
}
