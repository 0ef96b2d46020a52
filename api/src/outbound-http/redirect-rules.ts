import { OutboundHttpError, type OutboundRequest } from './outbound-http.js';

/** One hop of a request: where it goes and what is sent there. */
export interface Target {
  readonly url: URL;
  /** The address without credentials, as messages and answers show it. */
  readonly shown: string;
  readonly method: OutboundRequest['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface NextHop {
  readonly kind: 'redirect';
  readonly target: Target;
}

/** The first hop. Throws `OutboundHttpError` `bad-url`. */
export function parseTarget(request: OutboundRequest): Target {
  const url = parseHttpUrl(request.url);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  const target = { method: request.method, ...splitCredentials(url, headers) };
  return request.body === undefined ? target : { ...target, body: request.body };
}

/**
 * Where an answer redirects to (RFC 9110 15.4): 303, and 301 and 302 for anything but GET and HEAD, go on as GET without a body; 307 and 308 repeat the request. Credentials and signatures of
 * the request do not go to another origin. Undefined where the answer is no redirect.
 */
export function nextHop(target: Target, status: number, location: string | undefined): NextHop | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const url = parseHttpUrl(location, target.url);
  const repeat = status >= 307 || target.method === 'GET' || target.method === 'HEAD';
  let headers = { ...target.headers };
  if (url.origin !== target.url.origin) headers = without(headers, ['authorization', 'cookie']);
  if (repeat) {
    const next = { method: target.method, ...splitCredentials(url, headers) };
    return { kind: 'redirect', target: target.body === undefined ? next : { ...next, body: target.body } };
  }
  headers = without(headers, ['content-type', 'content-length']);
  return { kind: 'redirect', target: { method: 'GET', ...splitCredentials(url, headers) } };
}

function parseHttpUrl(text: string, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(text, base);
  } catch {
    throw new OutboundHttpError('bad-url', `'${text.slice(0, 200)}' is not a URL.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new OutboundHttpError('bad-url', `'${text.slice(0, 200)}' is neither http nor https.`);
  }
  return url;
}

function splitCredentials(given: URL, headers: Record<string, string>): Pick<Target, 'url' | 'shown' | 'headers'> {
  const url = new URL(given);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  if (username === '' && password === '') return { url, shown: url.href, headers };
  const pair = Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64');
  return { url, shown: url.href, headers: { ...headers, authorization: `Basic ${pair}` } };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function without(headers: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
