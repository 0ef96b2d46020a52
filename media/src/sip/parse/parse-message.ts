import { SipSyntaxError, SipTooLargeError } from '../sip-errors.js';
import type { SipLimits } from '../sip-settings.js';
import { canonicalName } from './header-names.js';
import { type SipMessage, SipRequest, SipResponse } from './message.js';

/** A message that could be taken apart, and what is wrong with it, if anything: a request with a fault is answered 400, a response dropped. */
export interface ParsedMessage {
  readonly message: SipMessage;
  readonly fault: string | undefined;
}

const requestLine = /^([A-Za-z0-9.!%*_+`'~-]{1,64}) (\S{1,2048}) SIP\/(\d)\.(\d)$/i;
/** A request line with blanks too many (RFC 4475 3.1.2.8 to 10): what it asks is plain, so it can be answered. */
const untidyRequestLine = /^([A-Za-z0-9.!%*_+`'~-]{1,64})[ \t]+(\S[^\r\n]{0,2048}?)[ \t]+SIP\/2\.0[ \t]*$/i;
const statusLine = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/i;
/** A NUL may stand in a quoted-pair, and nowhere else (RFC 3261 25.1). */
const bareNul = /(?<!\\)\0/;
const headerName = /^[A-Za-z0-9.!%*_+`'~-]+$/;

/**
 * Takes a message apart in one pass (RFC 3261 7). Values are unfolded and trimmed, and read only when asked for. The body is cut at
 * Content-Length; without one it is the rest (18.3).
 *
 * Throws `SipSyntaxError` or `SipTooLargeError` for what cannot even be answered.
 */
export function parseMessage(bytes: Buffer, limits: SipLimits): ParsedMessage {
  if (bytes.length > limits.maxMessageBytes) throw new SipTooLargeError('The message is too large.');
  let end = bytes.indexOf('\r\n\r\n');
  let bodyStart = end + 4;
  if (end < 0) {
    end = bytes.indexOf('\n\n');
    bodyStart = end + 2;
    // A message whose last header is not followed by an empty line is taken as one without a body.
    if (end < 0) bodyStart = end = bytes.length;
  }
  const head = bytes.toString('utf8', 0, end);
  let at = 0;
  while (head.charCodeAt(at) === 0x0d || head.charCodeAt(at) === 0x0a) at++;
  if (head.includes('\0') && bareNul.test(head)) throw new SipSyntaxError('A NUL stands in the headers.');
  let lineEnd = endOfLine(head, at);
  const first = lineText(head, at, lineEnd);
  at = lineEnd + 1;

  const raw: string[] = [];
  let fault: string | undefined;
  while (at < head.length) {
    lineEnd = endOfLine(head, at);
    let line = lineText(head, at, lineEnd);
    at = lineEnd + 1;
    // Folding: a line that starts with a blank continues the one before (7.3.1).
    if (isBlank(head.charCodeAt(at))) {
      const parts = [line];
      let length = line.length;
      while (isBlank(head.charCodeAt(at))) {
        lineEnd = endOfLine(head, at);
        const more = lineText(head, at, lineEnd).trim();
        at = lineEnd + 1;
        length += more.length + 1;
        if (length > limits.maxHeaderLength) throw new SipTooLargeError('A header is too long.');
        parts.push(more);
      }
      line = parts.join(' ');
    }
    if (line === '') continue;
    if (line.length > limits.maxHeaderLength) throw new SipTooLargeError('A header is too long.');
    const colon = line.indexOf(':');
    const name = colon < 0 ? '' : line.slice(0, colon).trimEnd();
    if (!headerName.test(name)) {
      fault ??= 'A header line has no proper name';
      continue;
    }
    if (raw.length >= limits.maxHeaders * 2) throw new SipTooLargeError('There are too many headers.');
    raw.push(canonicalName(name), line.slice(colon + 1).trim());
  }

  const body = cutBody(bytes, bodyStart, raw);
  fault ??= body.fault;
  const { message, fault: untidy } = startLine(first, raw, body.bytes);
  fault ??= untidy;
  return { message, fault: fault ?? findFault(message) };
}

function startLine(line: string, raw: string[], body: Buffer): { message: SipMessage; fault?: string } {
  if (line.charCodeAt(3) === 0x2f) {
    const match = statusLine.exec(line);
    if (match) return { message: new SipResponse(Number(match[1]), match[2] ?? '', raw, body) };
  }
  const match = requestLine.exec(line);
  if (!match) {
    const untidy = untidyRequestLine.exec(line);
    if (!untidy) throw new SipSyntaxError('The first line is neither a request line nor a status line.');
    return {
      message: new SipRequest(untidy[1]!, untidy[2]!, raw, body),
      fault: 'The request line has blanks in the wrong places',
    };
  }
  const headers = match[3] === '2' && match[4] === '0' ? raw : [...raw, versionFault, ''];
  return { message: new SipRequest(match[1]!, match[2]!, headers, body) };
}

/** Marks a request of another SIP version: it is answered 505 (21.5.6). No header can have this name. */
export const versionFault = ':version';

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

function lineText(text: string, from: number, end: number): string {
  if (end > from && text.charCodeAt(end - 1) === 0x0d) end--;
  const line = text.slice(from, end);
  if (line.includes('\r')) throw new SipSyntaxError('A carriage return stands alone.');
  return line;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function cutBody(bytes: Buffer, start: number, raw: readonly string[]): { bytes: Buffer; fault: string | undefined } {
  const rest = bytes.subarray(Math.min(start, bytes.length));
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i] !== 'content-length') continue;
    const text = raw[i + 1]!;
    if (!/^\d{1,10}$/.test(text)) return { bytes: rest, fault: 'Content-Length is not a number' };
    const length = Number(text);
    if (length > rest.length) return { bytes: rest, fault: 'The body is shorter than Content-Length' };
    // Two that differ leave open how long it is (RFC 4475 3.3.9).
    const other = raw.findIndex(
      (name, at) => at > i && at % 2 === 0 && name === 'content-length' && raw[at + 1] !== text,
    );
    return { bytes: rest.subarray(0, length), fault: other < 0 ? undefined : 'Two Content-Lengths differ' };
  }
  return { bytes: rest, fault: undefined };
}

const once = ['from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length', 'content-type'];

/** What RFC 3261 8.1.1 and 20 ask of every message. */
function findFault(message: SipMessage): string | undefined {
  const seen: Record<string, true> = {};
  const raw = message.rawHeaders;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!;
    if (!once.includes(name)) continue;
    if (seen[name] && name !== 'content-length') return `${name} is given twice`;
    seen[name] = true;
  }
  for (const name of ['from', 'to', 'call-id', 'cseq']) if (!seen[name]) return `${name} is missing`;
  if (message.callId === '') return 'call-id is empty';
  try {
    if (message.header('via') === undefined || message.vias.length === 0) return 'via is missing';
    // Read now, so that nothing behind the parser throws on them.
    void message.from;
    void message.to;
    if (message.kind === 'request' && message.cseq.method !== message.method) {
      return 'The CSeq method is not that of the request';
    }
    void message.cseq;
  } catch (error) {
    if (error instanceof SipSyntaxError) return error.message;
    throw error;
  }
  // The last Via is the sender's own: proxies on the way may be newer than it is.
  const sender = message.vias.at(-1);
  if (message.kind === 'request' && message.fromTag === undefined && sender?.branch.startsWith('z9hG4bK')) {
    return 'The From tag is missing';
  }
  const maxForwards = message.header('max-forwards');
  if (maxForwards !== undefined && !(/^\d{1,10}$/.test(maxForwards) && Number(maxForwards) <= 255)) {
    return 'Max-Forwards is not a number up to 255';
  }
  return undefined;
}
