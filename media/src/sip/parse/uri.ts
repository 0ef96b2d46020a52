import { SipSyntaxError } from '../sip-errors.js';
import { type Params, parseParams } from './header-values.js';

/** A SIP or SIPS URI (RFC 3261 19.1), or a tel URI (RFC 3966) with its number as `user`. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips' | 'tel';
  /** With %-escapes taken off; '' for none. */
  readonly user: string;
  /** Lower case; IPv6 without brackets. '' for tel. */
  readonly host: string;
  readonly port: number | undefined;
  readonly params: Params;
  /** The part after `?`, as it came; '' for none. */
  readonly headers: string;
}

const hostShape = /^[A-Za-z0-9._-]+$/;
const ipv6Shape = /^[0-9A-Fa-f:.]+$/;

/** Reads a URI. Throws `SipSyntaxError` for other schemes and broken ones. */
export function parseUri(text: string): SipUri {
  const colon = text.indexOf(':');
  const scheme = colon < 0 ? '' : text.slice(0, colon).toLowerCase();
  if (scheme === 'tel') return telUri(text.slice(colon + 1));
  if (scheme !== 'sip' && scheme !== 'sips') throw new SipSyntaxError('The URI must start with sip:, sips: or tel:.');
  let rest = text.slice(colon + 1);
  if (/[\s<>"]/.test(rest)) throw new SipSyntaxError('A URI must not hold blanks, quotes or angle brackets.');
  // An @ cannot stand unescaped in the host part, and a user part may hold ; and ?.
  const at = rest.lastIndexOf('@');
  let user = '';
  if (at >= 0) {
    const userInfo = rest.slice(0, at);
    const password = userInfo.indexOf(':');
    user = unescapeUri(password < 0 ? userInfo : userInfo.slice(0, password));
    rest = rest.slice(at + 1);
  }
  let headers = '';
  const question = rest.indexOf('?');
  if (question >= 0) {
    headers = rest.slice(question + 1);
    rest = rest.slice(0, question);
  }
  const semicolon = rest.indexOf(';');
  const params = semicolon < 0 ? noParams : parseParams(rest.slice(semicolon));
  const { host, port } = parseHostPort(semicolon < 0 ? rest : rest.slice(0, semicolon));
  return { scheme, user, host, port, params, headers };
}

/** A URI without the headers after its `?`, which must not stand in a Request-URI (RFC 3261 19.1.1). A ? in the user part stays. */
export function withoutHeaders(uri: string): string {
  const at = uri.indexOf('?', uri.lastIndexOf('@') + 1);
  return at < 0 ? uri : uri.slice(0, at);
}

const noParams: Params = new Map();

function telUri(rest: string): SipUri {
  const semicolon = rest.indexOf(';');
  const number = semicolon < 0 ? rest : rest.slice(0, semicolon);
  if (!/^\+?[0-9A-Fa-f*#().-]+$/.test(number)) throw new SipSyntaxError('A tel: URI must hold a number.');
  const params = semicolon < 0 ? noParams : parseParams(rest.slice(semicolon));
  return { scheme: 'tel', user: number.replace(/[().-]/g, ''), host: '', port: undefined, params, headers: '' };
}

/** Reads `host`, `host:port`, `[v6]` or `[v6]:port`. */
export function parseHostPort(text: string): { host: string; port: number | undefined } {
  let host: string;
  let after: string;
  if (text.charCodeAt(0) === 0x5b) {
    const end = text.indexOf(']');
    host = text.slice(1, end < 0 ? undefined : end);
    if (end < 0 || !ipv6Shape.test(host)) throw new SipSyntaxError('A bracketed host must be an IPv6 address.');
    after = text.slice(end + 1).trim();
  } else {
    const colon = text.indexOf(':');
    host = (colon < 0 ? text : text.slice(0, colon)).trim();
    if (!hostShape.test(host)) throw new SipSyntaxError('A host must be a name or an IP address.');
    after = colon < 0 ? '' : text.slice(colon).trim();
  }
  if (after === '') return { host: host.toLowerCase(), port: undefined };
  const digits = after.slice(1).trim();
  const port = Number(digits);
  if (after.charCodeAt(0) !== 0x3a || !/^\d{1,5}$/.test(digits) || port > 65_535) {
    throw new SipSyntaxError('A port must be a number up to 65535.');
  }
  return { host: host.toLowerCase(), port };
}

/** A host as it stands in a URI or Via: IPv6 in brackets. */
export function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** `host` or `host:port`. */
export function hostPortText(host: string, port: number | undefined): string {
  return port === undefined ? hostText(host) : `${hostText(host)}:${port}`;
}

/** Takes %-escapes off; broken ones stay as they are. */
export function unescapeUri(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Escapes what must not stand in a URI's user part (RFC 3261 25.1 user). */
export function escapeUser(text: string): string {
  if (/^[A-Za-z0-9\-_.!~*'()&=+$,;?/]*$/.test(text)) return text;
  let escaped = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte);
    escaped += byte < 0x80 && userChar.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

const userChar = /[A-Za-z0-9\-_.!~*'()&=+$,;?/]/;
