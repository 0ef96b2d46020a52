import type { SipRequest } from '../parse/message.js';
import { parseNameAddr } from '../parse/name-addr.js';
import { type SipUri, unescapeUri, withoutHeaders } from '../parse/uri.js';
import type { Refusal } from '../request-checks.js';
import { SipSyntaxError } from '../sip-errors.js';
import { parseReplaces } from './replaces.js';

/** What a REFER asks for (RFC 3515 2.1). */
export interface ReferTo {
  /** Refer-To without the headers after its `?`. */
  readonly uriText: string;
  readonly uri: SipUri;
  /** Headers that the URI asks for, unescaped; Replaces left out. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Of the dialog whose place the new call is to take. It can be read. */
  readonly replaces: string | undefined;
  readonly referredBy: string | undefined;
  /** Whether it wants to be told what comes of it (RFC 4488: `Refer-Sub: false` does not). */
  readonly wantsNotify: boolean;
}

/** Longest Refer-To that is read, characters. */
const longest = 2048;

/** Reads a REFER, or says how it is refused: one Refer-To, a SIP or tel URI, no other method than INVITE. */
export function readRefer(request: SipRequest): ReferTo | { readonly refusal: Refusal } {
  const values = request.values('refer-to');
  if (values.length !== 1) return refused(400, 'One Refer-To is wanted');
  if (values[0]!.length > longest) return refused(400, 'Refer-To is too long');
  try {
    const { uriText, uri, params } = parseNameAddr(values[0]!);
    const method = (uri.params.get('method') ?? params.get('method') ?? 'INVITE').toUpperCase();
    if (method !== 'INVITE') return refused(603);
    const headers = headersIn(uri.headers);
    const replaces = headers.filter(([name]) => name.toLowerCase() === 'replaces');
    if (replaces.length > 1) return refused(400, 'One Replaces is wanted');
    const value = replaces[0]?.[1];
    if (value !== undefined) parseReplaces(value);
    return {
      uriText: withoutHeaders(uriText),
      uri,
      headers: headers.filter(([name]) => name.toLowerCase() !== 'replaces'),
      replaces: value,
      referredBy: readableReferrer(request),
      wantsNotify: (request.header('refer-sub') ?? '').split(';', 1)[0]!.trim().toLowerCase() !== 'false',
    };
  } catch (error) {
    if (error instanceof SipSyntaxError) return refused(400, 'Bad Refer-To');
    throw error;
  }
}

/** The `name=value&…` of a URI (RFC 3261 19.1.1). */
function headersIn(text: string): [string, string][] {
  if (text === '') return [];
  return text.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    return [unescapeUri(name), unescapeUri(value)];
  });
}

/** Referred-By (RFC 3892), where it can be read. */
function readableReferrer(request: SipRequest): string | undefined {
  const value = request.header('referred-by');
  if (value === undefined || value.length > 512) return undefined;
  try {
    parseNameAddr(value).uri;
    return value;
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}

function refused(status: number, phrase?: string): { readonly refusal: Refusal } {
  return { refusal: { status, ...(phrase === undefined ? {} : { phrase }) } };
}
