/** A frame is a head of five bytes (length of what follows, one byte that says what it is) and its content. */
const headBytes = 5;
/** Messages as a JSON list. */
const messagesType = 1;
/** A piece of a sound's samples, after the four bytes of its number. */
const samplesType = 2;
/** The longest content of a frame, bytes. */
export const longestFrame = 4 * 1024 * 1024;
/** From so much on, messages are sent in another frame, characters. */
const fullBatch = 256 * 1024;
const pieceBytes = 256 * 1024;

/** What came is no frame of ours. */
export class FrameError extends Error {}

export interface FrameTaker {
  /** Whatever JSON there was: its sender is not to be trusted. */
  messages(list: readonly unknown[]): void;
  samples(soundId: number, bytes: Buffer): void;
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  readonly #taker: FrameTaker;
  #parts: Buffer[] = [];
  #length = 0;
  #needed = headBytes;

  constructor(taker: FrameTaker) {
    this.#taker = taker;
  }

  /** @throws FrameError where the bytes are no frames; nothing that comes after can be read */
  take(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#needed) {
      const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts, this.#length);
      const length = bytes.readUInt32BE(0);
      if (length > longestFrame) throw new FrameError(`a frame of ${length} bytes`);
      const end = headBytes + length;
      const isWhole = bytes.length >= end;
      this.#parts = [isWhole ? bytes.subarray(end) : bytes];
      this.#length = this.#parts[0]!.length;
      this.#needed = isWhole ? headBytes : end;
      if (isWhole) this.#frame(bytes[4]!, bytes.subarray(headBytes, end));
    }
  }

  #frame(type: number, content: Buffer): void {
    if (type === messagesType) this.#taker.messages(listIn(content));
    else if (type === samplesType && content.length > 4)
      this.#taker.samples(content.readUInt32BE(0), content.subarray(4));
    else throw new FrameError(`a frame of type ${type} with ${content.length} bytes`);
  }
}

function listIn(content: Buffer): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch {
    throw new FrameError('a frame that is no JSON');
  }
  if (!Array.isArray(value)) throw new FrameError('a frame that is no list');
  return value;
}

/** Sends messages and samples in the order in which they come; the messages of one turn of the event loop together, as each write costs more than what it says. */
export class FrameWriter {
  readonly #send: (bytes: Uint8Array) => void;
  #batch = '';
  #waits = false;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  say(message: object): void {
    this.#batch += `${this.#batch === '' ? '[' : ','}${JSON.stringify(message)}`;
    if (this.#batch.length >= fullBatch) this.flush();
    if (this.#waits) return;
    this.#waits = true;
    setImmediate(() => {
      this.#waits = false;
      this.flush();
    });
  }

  samples(soundId: number, { buffer, byteOffset, byteLength }: Int16Array): void {
    this.flush();
    for (let at = 0; at < byteLength; at += pieceBytes) {
      const piece = Buffer.from(buffer, byteOffset + at, Math.min(pieceBytes, byteLength - at));
      const head = Buffer.allocUnsafe(headBytes + 4);
      head.writeUInt32BE(4 + piece.length, 0);
      head[4] = samplesType;
      head.writeUInt32BE(soundId, headBytes);
      this.#send(head);
      this.#send(piece);
    }
  }

  flush(): void {
    if (this.#batch === '') return;
    const text = `${this.#batch}]`;
    this.#batch = '';
    const length = Buffer.byteLength(text);
    const frame = Buffer.allocUnsafe(headBytes + length);
    frame.writeUInt32BE(length, 0);
    frame[4] = messagesType;
    frame.write(text, headBytes, 'utf8');
    this.#send(frame);
  }
}
