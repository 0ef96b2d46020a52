import type { HeaderList } from '../sip-command.js';
import { SipBuildError } from '../sip-errors.js';
import { reasonPhrases } from './reason-phrases.js';

/** A NUL that somebody wrote as a quoted-pair is given back as it came. */
const forbidden = /[\r\n]|(?<!\\)\0/;
const token = /^[A-Za-z0-9.!%*_+`'~-]+$/;

/** What a message is made of. Content-Length is added; Content-Type goes among the headers. */
export interface MessageParts {
  readonly headers: HeaderList;
  readonly body?: string | undefined;
}

/** Writes a request. Throws `SipBuildError` on anything that would break a line (header injection). */
export function buildRequest(method: string, uri: string, parts: MessageParts): Buffer {
  if (!token.test(method)) throw new SipBuildError('A method must be a token.');
  if (uri === '' || /[\s\0<>]/.test(uri))
    throw new SipBuildError('A Request-URI must not hold blanks or angle brackets.');
  return build(`${method} ${uri} SIP/2.0\r\n`, parts);
}

/** Writes a response. The phrase defaults to that of RFC 3261 21. Throws `SipBuildError` as `buildRequest`. */
export function buildResponse(status: number, phrase: string | undefined, parts: MessageParts): Buffer {
  if (!Number.isInteger(status) || status < 100 || status > 699)
    throw new SipBuildError('A status must be from 100 to 699.');
  const text = phrase ?? reasonPhrases[status] ?? 'Unknown';
  if (forbidden.test(text)) throw new SipBuildError('A reason phrase must not hold a line break.');
  return build(`SIP/2.0 ${status} ${text}\r\n`, parts);
}

/** Refuses headers that could not be sent (`SipBuildError`): for those that are kept and sent later. */
export function checkHeaders(headers: HeaderList): void {
  for (const [name, value] of headers) checkHeader(name, value);
}

function checkHeader(name: string, value: string): void {
  if (!token.test(name)) throw new SipBuildError('A header name must be a token.');
  if (forbidden.test(value)) throw new SipBuildError(`The header ${name} must not hold a line break.`);
}

function build(start: string, parts: MessageParts): Buffer {
  let text = start;
  for (const [name, value] of parts.headers) {
    checkHeader(name, value);
    text += `${name}: ${value}\r\n`;
  }
  if (parts.body === undefined || parts.body === '') return Buffer.from(`${text}Content-Length: 0\r\n\r\n`, 'utf8');
  return Buffer.from(`${text}Content-Length: ${Buffer.byteLength(parts.body)}\r\n\r\n${parts.body}`, 'utf8');
}
