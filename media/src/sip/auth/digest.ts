import { createHash } from 'node:crypto';
import { closingQuote, type Params, parseParams } from '../parse/header-values.js';

/** Algorithms we take and give (RFC 8760), as they stand in headers. */
export type DigestAlgorithmName = 'MD5' | 'SHA-256';

const hashes: Readonly<Record<DigestAlgorithmName, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/** H(text) in lower-case hex. */
export function digestHash(algorithm: DigestAlgorithmName, text: string): string {
  return createHash(hashes[algorithm]).update(text, 'utf8').digest('hex');
}

/** H(username:realm:password), what a server keeps instead of the password (RFC 7616 3.4.2). */
export function digestHa1(algorithm: DigestAlgorithmName, username: string, realm: string, password: string): string {
  return digestHash(algorithm, `${username}:${realm}:${password}`);
}

/** What a response is computed over. */
export interface DigestInput {
  readonly algorithm: DigestAlgorithmName;
  /** H(username:realm:password); for a session algorithm already mixed with nonce and cnonce. */
  readonly ha1: string;
  readonly nonce: string;
  readonly method: string;
  readonly uri: string;
  /** Undefined: RFC 2069, which knows no cnonce and counts nothing. */
  readonly qop?: { readonly name: 'auth' | 'auth-int'; readonly nc: string; readonly cnonce: string } | undefined;
  /** For auth-int. */
  readonly body?: Buffer | undefined;
}

/** The `response` of a digest (RFC 7616 3.4.1), with RFC 2069 as fallback. */
export function digestResponse(input: DigestInput): string {
  const { algorithm, ha1, nonce, method, uri, qop } = input;
  const entity =
    qop?.name === 'auth-int'
      ? `:${createHash(hashes[algorithm])
          .update(input.body ?? '')
          .digest('hex')}`
      : '';
  const ha2 = digestHash(algorithm, `${method}:${uri}${entity}`);
  const middle = qop ? `${nonce}:${qop.nc}:${qop.cnonce}:${qop.name}` : nonce;
  return digestHash(algorithm, `${ha1}:${middle}:${ha2}`);
}

/** Reads `Digest realm="…", nonce="…"`; undefined for another scheme or a broken value. */
export function parseDigestParams(value: string): Params | undefined {
  const match = /^\s*Digest\s+/i.exec(value);
  if (!match) return undefined;
  const rest = value.slice(match[0].length);
  try {
    for (let at = rest.indexOf('"'); at >= 0; at = rest.indexOf('"', closingQuote(rest, at) + 1));
    return parseParams(rest, ',');
  } catch {
    return undefined;
  }
}
