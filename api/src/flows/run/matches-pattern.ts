/** Longer patterns match nothing. */
export const longestPattern = 64;

/**
 * Whether all of a text fits a pattern in which `*` is any text and `?` any character. At most two steps a character of the text, whatever both are: businesses write patterns, and all
 * calls of a process wait meanwhile.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  if (pattern.length > longestPattern) return false;
  const parts = pattern.split('*');
  const [first] = parts as [string];
  if (parts.length === 1) return text.length === first.length && fitsAt(text, first, 0);
  const last = parts.at(-1)!;
  const end = text.length - last.length;
  if (end < first.length || !fitsAt(text, first, 0) || !fitsAt(text, last, end)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    at = endOf(part, text, at, end);
    if (at < 0) return false;
  }
  return true;
}

function fitsAt(text: string, part: string, at: number): boolean {
  for (let n = 0; n < part.length; n++) {
    if (part[n] !== '?' && part[n] !== text[at + n]) return false;
  }
  return true;
}

/** Where the first occurrence of a part between `from` and `to` ends; -1 where there is none. Baeza-Yates and Gonnet's shift-and: bit n of the state says that the last n + 1 characters fit. */
function endOf(part: string, text: string, from: number, to: number): number {
  if (part === '') return from;
  const words = Math.ceil(part.length / 32);
  const any = placesOf('?', part, words);
  const places = new Map<string, Uint32Array>();
  const state = new Uint32Array(words);
  const lastWord = words - 1;
  const lastBit = 1 << ((part.length - 1) % 32);
  for (let at = from; at < to; at++) {
    const letter = text[at]!;
    let fitting = places.get(letter);
    if (!fitting) {
      fitting = placesOf(letter, part, words).map((bits, word) => bits | any[word]!);
      places.set(letter, fitting);
    }
    let carry = 1;
    for (let word = 0; word < words; word++) {
      const bits = state[word]!;
      state[word] = ((bits << 1) | carry) & fitting[word]!;
      carry = bits >>> 31;
    }
    if ((state[lastWord]! & lastBit) !== 0) return at + 1;
  }
  return -1;
}

/** Which characters of a part are that letter, a bit each. */
function placesOf(letter: string, part: string, words: number): Uint32Array {
  const bits = new Uint32Array(words);
  for (let n = 0; n < part.length; n++) {
    if (part[n] === letter) bits[n >>> 5]! |= 1 << (n % 32);
  }
  return bits;
}
