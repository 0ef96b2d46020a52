import { createHash } from 'node:crypto';

/**
 * Tells whether two requests ask for the same: method, path with query, and body, in which the order of JSON members does not count. The scopes of the
 * key that asks count: an answer may hold what a key with fewer could not have made, such as a key with all of them.
 */
export function fingerprint(method: string, url: string, body: unknown, scopes: readonly string[] = []): string {
  const hash = createHash('sha256').update(`${method} ${url}\n${[...scopes].sort().join(' ')}\n`);
  if (Buffer.isBuffer(body)) hash.update(body);
  else if (body !== undefined) hash.update(canonical(body));
  return hash.digest('base64url');
}

/** JSON with the members of each object in the order of their names. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
