/** What bencode can say. Texts are UTF-8. */
export type Bencoded = string | number | readonly Bencoded[] | BencodedDictionary;

export interface BencodedDictionary {
  readonly [key: string]: Bencoded;
}

/** Nothing that rtpengine says goes deeper. */
const deepest = 16;

/** Writes a value; keys are sorted, as the format asks. Numbers must be whole. */
export function encodeBencode(value: Bencoded): string {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError('bencode holds whole numbers only');
    return `i${value}e`;
  }
  if (typeof value === 'string') return `${Buffer.byteLength(value)}:${value}`;
  if (isList(value)) return `l${value.map(encodeBencode).join('')}e`;
  const keys = Object.keys(value).sort();
  return `d${keys.map((key) => encodeBencode(key) + encodeBencode(value[key]!)).join('')}e`;
}

/** Reads exactly one value. Throws `RangeError` on anything else: bytes that are left over, lengths beyond the end, nesting without end. */
export function decodeBencode(bytes: Uint8Array): Bencoded {
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const value = reader.value(0);
  if (!reader.atEnd) throw new RangeError('bencode: bytes are left over');
  return value;
}

export function isDictionary(value: Bencoded | undefined): value is BencodedDictionary {
  return typeof value === 'object' && !Array.isArray(value);
}

function isList(value: Bencoded): value is readonly Bencoded[] {
  return Array.isArray(value);
}

const [letterD, letterE, letterI, letterL, colon] = [0x64, 0x65, 0x69, 0x6c, 0x3a];

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): Bencoded {
    if (depth > deepest) throw new RangeError('bencode: nested too deeply');
    const kind = this.#bytes[this.#at];
    if (kind === letterI) {
      this.#at += 1;
      return this.#number(letterE, /^-?\d{1,15}$/);
    }
    if (kind === letterL) return this.#list(depth);
    if (kind === letterD) return this.#dictionary(depth);
    return this.#text();
  }

  #list(depth: number): Bencoded[] {
    const members: Bencoded[] = [];
    this.#at += 1;
    while (!this.#took(letterE)) members.push(this.value(depth + 1));
    return members;
  }

  #dictionary(depth: number): BencodedDictionary {
    // Without a prototype a key is a key, whatever it is called.
    const members: Record<string, Bencoded> = Object.create(null);
    this.#at += 1;
    while (!this.#took(letterE)) {
      const key = this.#text();
      members[key] = this.value(depth + 1);
    }
    return members;
  }

  #text(): string {
    const length = this.#number(colon, /^\d{1,6}$/);
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('bencode: a text goes beyond the end');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end;
    return text;
  }

  #number(terminator: number, shape: RegExp): number {
    const end = this.#bytes.subarray(this.#at, this.#at + 17).indexOf(terminator);
    const digits = end < 0 ? '' : this.#bytes.toString('latin1', this.#at, this.#at + end);
    if (!shape.test(digits)) throw new RangeError('bencode: a number was expected');
    this.#at += end + 1;
    return Number(digits);
  }

  #took(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }
}
