/** Cuts the bytes of a connection into SIP messages; blank lines between them are keep-alives. */
export class StreamCutter {
  #bytes: Buffer = Buffer.alloc(0);

  /** The messages that are whole with these bytes. */
  take(more: Buffer): Buffer[] {
    this.#bytes = Buffer.concat([this.#bytes, more]);
    const messages: Buffer[] = [];
    for (;;) {
      while (this.#bytes[0] === 13 || this.#bytes[0] === 10) this.#bytes = this.#bytes.subarray(1);
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end < 0) return messages;
      const length = Number(/^content-length\s*:\s*(\d+)/im.exec(this.#bytes.toString('latin1', 0, end))?.[1] ?? 0);
      if (this.#bytes.length < end + 4 + length) return messages;
      messages.push(this.#bytes.subarray(0, end + 4 + length));
      this.#bytes = this.#bytes.subarray(end + 4 + length);
    }
  }
}
