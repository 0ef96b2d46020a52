import { SipSyntaxError } from '../sip-errors.js';
import { type CSeq, headerParams, parseCSeq, splitCommas } from './header-values.js';
import { type BodyPart, bodyParts } from './multipart.js';
import { type NameAddr, parseNameAddr } from './name-addr.js';
import { parseUri, type SipUri } from './uri.js';
import { parseVia, type Via } from './via.js';

/**
 * What requests and responses share. Header values are kept as they came (unfolded) and read when asked for; names are kept in lower case and in
 * their long form, so `m` and `Contact` are both `contact`. Unknown headers are kept.
 */
abstract class Message {
  readonly body: Buffer;
  /** Canonical name, value, name, value …, in the order they came. */
  readonly rawHeaders: readonly string[];
  #via: Via | undefined;
  #vias: readonly Via[] | undefined;
  #from: NameAddr | undefined;
  #to: NameAddr | undefined;
  #cseq: CSeq | undefined;
  #parts: readonly BodyPart[] | undefined;

  constructor(rawHeaders: readonly string[], body: Buffer) {
    this.rawHeaders = rawHeaders;
    this.body = body;
  }

  /** The first value of a header, by its lower-case long name, or undefined. Not split at commas. */
  header(name: string): string | undefined {
    const raw = this.rawHeaders;
    for (let i = 0; i < raw.length; i += 2) if (raw[i] === name) return raw[i + 1];
    return undefined;
  }

  /** Every line of a header, in order, not split at commas. */
  lines(name: string): string[] {
    const raw = this.rawHeaders;
    const found: string[] = [];
    for (let i = 0; i < raw.length; i += 2) if (raw[i] === name) found.push(raw[i + 1]!);
    return found;
  }

  /** Every value of a comma-separated header (Contact, Route, Supported …), in order, over all its lines. */
  values(name: string): string[] {
    const lines = this.lines(name);
    if (lines.length === 1 && !lines[0]!.includes(',')) return lines[0] === '' ? [] : lines;
    return lines.flatMap(splitCommas);
  }

  /** Whether a comma-separated header of tokens (Require, Supported, Allow) has this one, without regard to case. */
  hasToken(name: string, token: string): boolean {
    const wanted = token.toLowerCase();
    const raw = this.rawHeaders;
    for (let i = 0; i < raw.length; i += 2) if (raw[i] === name && listsToken(raw[i + 1]!, wanted)) return true;
    return false;
  }

  /** The Call-ID. The parser refuses messages without one. */
  get callId(): string {
    return this.header('call-id') ?? '';
  }

  get from(): NameAddr {
    return (this.#from ??= parseNameAddr(this.header('from') ?? ''));
  }

  get to(): NameAddr {
    return (this.#to ??= parseNameAddr(this.header('to') ?? ''));
  }

  get fromTag(): string | undefined {
    return this.from.params.get('tag');
  }

  get toTag(): string | undefined {
    return this.to.params.get('tag');
  }

  get cseq(): CSeq {
    return (this.#cseq ??= parseCSeq(this.header('cseq') ?? ''));
  }

  /** All Via values, topmost first. Throws `SipSyntaxError` on a broken one. */
  get vias(): readonly Via[] {
    return (this.#vias ??= this.values('via').map((value, at) => (at === 0 ? this.via : parseVia(value))));
  }

  /** The topmost Via. Throws `SipSyntaxError` where there is none; the parser finds fault with such messages. */
  get via(): Via {
    if (this.#via) return this.#via;
    const first = this.values('via')[0];
    if (first === undefined) throw new SipSyntaxError('via is missing');
    return (this.#via = parseVia(first));
  }

  /** The first Contact with a URI; undefined for none or for `*`. Throws `SipSyntaxError` on a broken one. */
  get contact(): NameAddr | undefined {
    const value = this.values('contact')[0];
    return value === undefined || value === '*' ? undefined : parseNameAddr(value);
  }

  /** Media type of the body in lower case, without parameters; undefined where there is no Content-Type. */
  get contentType(): string | undefined {
    const value = this.header('content-type');
    return value === undefined ? undefined : headerParams(value).value.toLowerCase();
  }

  /** The body as UTF-8 text. */
  get bodyText(): string {
    return this.body.toString('utf8');
  }

  /** The SDP in the body, be it the one SDP part of a multipart (RFC 5621); undefined where there is none. */
  get sdp(): string | undefined {
    if (this.body.length === 0) return undefined;
    if (this.contentType === 'application/sdp') return this.bodyText;
    const descriptions = this.bodyParts.filter(({ contentType }) => contentType === 'application/sdp');
    return descriptions.length === 1 ? descriptions[0]!.content : undefined;
  }

  /** The parts of a multipart body; none of any other. */
  get bodyParts(): readonly BodyPart[] {
    return (this.#parts ??= bodyParts(this.header('content-type') ?? '', this.body));
  }

  /** A number header (Expires, Max-Forwards, Min-SE); undefined where absent or not a number. Parameters are left out. */
  numberHeader(name: string): number | undefined {
    const value = this.header(name);
    if (value === undefined) return undefined;
    const digits = /^\s*(\d{1,10})\s*(?:;.*)?$/.exec(value);
    return digits ? Number(digits[1]) : undefined;
  }
}

/** Whether a list of tokens between commas has this one, given in lower case. Asked several times a call, so it takes nothing apart. */
function listsToken(list: string, wanted: string): boolean {
  const text = list.toLowerCase();
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (isGap(text.charCodeAt(at - 1)) && isGap(text.charCodeAt(at + wanted.length))) return true;
  }
  return false;
}

/** What stands around a token: a comma, a blank, or (NaN) the end of the list. */
function isGap(code: number): boolean {
  return code === 0x2c || code === 0x20 || code === 0x09 || Number.isNaN(code);
}

/** A request as it came. */
export class SipRequest extends Message {
  readonly kind = 'request';
  readonly method: string;
  /** Request-URI as it came. */
  readonly uri: string;
  #parsedUri: SipUri | undefined;

  constructor(method: string, uri: string, rawHeaders: readonly string[], body: Buffer) {
    super(rawHeaders, body);
    this.method = method;
    this.uri = uri;
  }

  /** The Request-URI read. Throws `SipSyntaxError` where it is no SIP URI. */
  get parsedUri(): SipUri {
    return (this.#parsedUri ??= parseUri(this.uri));
  }
}

/** A response as it came. */
export class SipResponse extends Message {
  readonly kind = 'response';
  readonly status: number;
  readonly phrase: string;

  constructor(status: number, phrase: string, rawHeaders: readonly string[], body: Buffer) {
    super(rawHeaders, body);
    this.status = status;
    this.phrase = phrase;
  }
}

export type SipMessage = SipRequest | SipResponse;
