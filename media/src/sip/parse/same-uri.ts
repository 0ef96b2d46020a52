import { SipSyntaxError } from '../sip-errors.js';
import { parseUri, unescapeUri } from './uri.js';

/** Parameters that must stand in both URIs or in neither (RFC 3261 19.1.4). */
const telling = ['user', 'ttl', 'method', 'maddr'];

/** Whether two URIs are the same by the rules of RFC 3261 19.1.4; those that cannot be read are where their texts are. */
export function sameUri(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return isSame(one, other);
  } catch (error) {
    if (error instanceof SipSyntaxError) return false;
    throw error;
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [parseUri(one), parseUri(other)];
  if (a.scheme !== b.scheme || a.user !== b.user || a.host !== b.host || a.port !== b.port) return false;
  if (passwordOf(one) !== passwordOf(other) || headersOf(a.headers) !== headersOf(b.headers)) return false;
  const differs = (name: string) => a.params.get(name)?.toLowerCase() !== b.params.get(name)?.toLowerCase();
  const inBoth = [...a.params.keys()].filter((name) => b.params.has(name));
  return !telling.some((name) => a.params.has(name) !== b.params.has(name)) && !inBoth.some(differs);
}

function passwordOf(uri: string): string | undefined {
  const at = uri.lastIndexOf('@');
  const [, , password] = at < 0 ? [] : (/^\w+:([^:]*):(.*)$/.exec(uri.slice(0, at)) ?? []);
  return password === undefined ? undefined : unescapeUri(password);
}

/** Headers in an order of their own; names are compared without case. */
function headersOf(text: string): string {
  const pairs = text.split('&').map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return `${unescapeUri(name).toLowerCase()}=${unescapeUri(value.join('='))}`;
  });
  return pairs.sort().join('&');
}
