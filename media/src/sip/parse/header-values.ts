import { SipSyntaxError } from '../sip-errors.js';

/** A CSeq value (RFC 3261 20.16). */
export interface CSeq {
  readonly number: number;
  readonly method: string;
}

const cseqShape = /^\s*(\d{1,10})\s+([A-Za-z0-9.!%*_+`'~-]+)\s*$/;

/** Reads a CSeq. The number must be below 2^31 (RFC 3261 8.1.1.5). */
export function parseCSeq(value: string): CSeq {
  const match = cseqShape.exec(value);
  const number = match ? Number(match[1]) : Number.NaN;
  if (!match || number >= 0x8000_0000) throw new SipSyntaxError('CSeq must be a number below 2^31 and a method.');
  return { number, method: match[2]! };
}

/** Splits a header value at commas that stand outside quotes and angle brackets (RFC 3261 7.3.1). Empty parts are left out. */
export function splitCommas(value: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  let bracketed = false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (quoted) {
      if (code === 0x5c) i++;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = !bracketed;
    else if (code === 0x3c) bracketed = true;
    else if (code === 0x3e) bracketed = false;
    else if (code === 0x2c && !bracketed) {
      const part = value.slice(start, i).trim();
      if (part) parts.push(part);
      start = i + 1;
    }
  }
  const last = value.slice(start).trim();
  if (last) parts.push(last);
  return parts;
}

/** Parameters by lower-case name; the value of one without `=` is ''. Quotes are taken off. */
export type Params = ReadonlyMap<string, string>;

const noParams: Params = new Map();

/** A value and its `;` parameters, as in `application/sdp;charset=utf-8`. */
export function headerParams(value: string): { value: string; params: Params } {
  const at = value.indexOf(';');
  if (at < 0) return { value: value.trim(), params: noParams };
  return { value: value.slice(0, at).trim(), params: parseParams(value.slice(at)) };
}

/**
 * Reads `;name=value;flag;q="a;b"`, or, with `separator` `,`, the parameters of a challenge. What stands before the first name may be blank. Of a
 * name given twice the first counts.
 */
export function parseParams(text: string, separator: ';' | ',' = ';'): Params {
  const params = new Map<string, string>();
  const mark = separator.charCodeAt(0);
  let i = 0;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === mark || code === 0x20 || code === 0x09) {
      i++;
      continue;
    }
    const start = i;
    while (i < text.length && text.charCodeAt(i) !== 0x3d && text.charCodeAt(i) !== mark) i++;
    const name = text.slice(start, i).trim().toLowerCase();
    let value = '';
    if (text.charCodeAt(i) === 0x3d) {
      i++;
      while (text.charCodeAt(i) === 0x20 || text.charCodeAt(i) === 0x09) i++;
      if (text.charCodeAt(i) === 0x22) {
        const end = closingQuote(text, i);
        value = unquote(text.slice(i, end + 1));
        i = end + 1;
        while (i < text.length && text.charCodeAt(i) !== mark) i++;
      } else {
        const from = i;
        while (i < text.length && text.charCodeAt(i) !== mark) i++;
        value = text.slice(from, i).trim();
      }
    }
    if (name && !params.has(name)) params.set(name, value);
  }
  return params;
}

/** Index of the quote that closes the one at `open`. Throws where none does. */
export function closingQuote(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i;
  }
  throw new SipSyntaxError('A quoted string is not closed.');
}

/** Takes the quotes and the backslash escapes off (RFC 3261 25.1 quoted-string). Text without quotes is left as it is. */
export function unquote(text: string): string {
  if (text.charCodeAt(0) !== 0x22 || text.length < 2) return text;
  const inner = text.slice(1, -1);
  return inner.includes('\\') ? inner.replace(/\\([\s\S])/g, '$1').replaceAll('\0', '') : inner;
}

/** Puts text in quotes, escaping what must be. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
