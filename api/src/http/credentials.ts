/** What an Authorization header says (RFC 7617, RFC 6750). */
export interface Credentials {
  /** The user name of Basic: an account's or a key's id. Undefined with a bearer token. */
  readonly id: string | undefined;
  readonly secret: string;
}

/** Reads an Authorization header; undefined when it is none we take. */
export function parseCredentials(header: string | undefined): Credentials | undefined {
  if (header === undefined || header.length > 1024) return undefined;
  const [, scheme = '', value = ''] = /^(\S+) +(\S+) *$/.exec(header) ?? [];
  if (scheme.toLowerCase() === 'bearer') return { id: undefined, secret: value };
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 1 ? undefined : { id: decoded.slice(0, colon), secret: decoded.slice(colon + 1) };
}
