import type { SipTarget } from './flow.js';
import { buildRequest, buildResponse } from './parse/build-message.js';
import type { SipRequest } from './parse/message.js';
import { escapeUser, hostPortText } from './parse/uri.js';
import type { HeaderList, ResponseOptions } from './sip-command.js';
import { SipSyntaxError } from './sip-errors.js';
import type { SipReason } from './sip-event.js';
import type { SipSettings } from './sip-settings.js';

/** A request of ours before it is on the wire: everything but Via. */
export interface RequestDraft {
  readonly method: string;
  readonly uri: string;
  readonly target: SipTarget;
  readonly routes: readonly string[];
  /** From value, with our tag. */
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  /** Further parameters of our Via, as `;oc`. */
  readonly viaParams?: string | undefined;
  readonly maxForwards?: number | undefined;
  readonly headers: HeaderList;
  readonly body?: { readonly contentType: string; readonly content: string } | undefined;
}

/** Writes a request. */
export function composeRequest(
  settings: SipSettings,
  draft: RequestDraft,
  branch: string,
  extra: HeaderList = [],
): Buffer {
  const { transport, address } = draft.target;
  const own = settings.advertise(transport, address);
  const sentBy = `SIP/2.0/${transport.toUpperCase()} ${hostPortText(own.host, own.port)}`;
  const headers: (readonly [string, string])[] = [
    ['Via', `${sentBy};branch=${branch};rport${draft.viaParams ?? ''}`],
    ['Max-Forwards', String(draft.maxForwards ?? 70)],
  ];
  for (const route of draft.routes) headers.push(['Route', route]);
  headers.push(
    ['From', draft.from],
    ['To', draft.to],
    ['Call-ID', draft.callId],
    ['CSeq', `${draft.cseq} ${draft.method}`],
    ...draft.headers,
    ...extra,
    ['User-Agent', settings.userAgent],
  );
  if (draft.body) headers.push(['Content-Type', draft.body.contentType]);
  return buildRequest(draft.method, draft.uri, { headers, body: draft.body?.content });
}

/** The ACK to a failure (RFC 3261 17.1.1.3) or the CANCEL (9.1) of an INVITE: same branch, Request-URI, routes and CSeq number. */
export function composeCompanion(
  settings: SipSettings,
  invite: RequestDraft,
  branch: string,
  method: 'ACK' | 'CANCEL',
  to: string,
  extra: HeaderList = [],
): Buffer {
  return composeRequest(settings, { ...invite, method, to, headers: extra, body: undefined }, branch);
}

/** Writes a response (8.2.6). `toTag` is added where the request had none. */
export function composeResponse(
  settings: SipSettings,
  request: SipRequest,
  vias: readonly string[],
  status: number,
  toTag: string | undefined,
  options: ResponseOptions,
  extra: HeaderList = [],
): Buffer {
  const headers: (readonly [string, string])[] = vias.map((via) => ['Via', via]);
  // A 400 copies what is there, broken or missing as it may be.
  for (const [name, value] of [
    ['From', request.header('from')],
    ['To', taggedTo(request, toTag)],
    ['Call-ID', request.header('call-id')],
    ['CSeq', request.header('cseq')],
  ] as const) {
    if (value !== undefined) headers.push([name, value]);
  }
  headers.push(...extra, ...(options.headers ?? []), ['Server', settings.userAgent]);
  const contentType = options.sdp === undefined ? options.body?.contentType : 'application/sdp';
  if (contentType !== undefined) headers.push(['Content-Type', contentType]);
  return buildResponse(status, options.phrase, { headers, body: options.sdp ?? options.body?.content });
}

/** The To of a response: with our tag where the request has none, as it stands where it cannot be read. */
function taggedTo(request: SipRequest, toTag: string | undefined): string | undefined {
  const to = request.header('to');
  if (to === undefined || toTag === undefined) return to;
  return hasReadableToTag(request) === false ? `${to};tag=${toTag}` : to;
}

/** Whether a request's To has a tag; undefined where it cannot be read. */
export function hasReadableToTag(request: SipRequest): boolean | undefined {
  try {
    return request.toTag !== undefined;
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}

/** Our Contact towards a peer. */
export function contactHeader(
  settings: SipSettings,
  target: SipTarget,
  user: string | undefined,
): readonly [string, string] {
  return ['Contact', `<${contactUri(settings, target, user)}>`];
}

/** The URI under which a peer reaches us. */
export function contactUri(settings: SipSettings, target: SipTarget, user: string | undefined): string {
  const own = settings.advertise(target.transport, target.address);
  const name = user ? `${escapeUser(user)}@` : '';
  // RFC 7118 5.2.2 knows one name for both.
  const named = target.transport === 'wss' ? 'ws' : target.transport;
  const transport = named === 'udp' ? '' : `;transport=${named}`;
  return `sip:${name}${hostPortText(own.host, own.port)}${transport}`;
}

/** A Reason header (RFC 3326), or nothing. */
export function reasonHeaders(reason: SipReason | undefined): HeaderList {
  if (!reason) return [];
  const cause = reason.cause === undefined ? '' : `;cause=${reason.cause}`;
  const text = reason.text === undefined ? '' : `;text="${reason.text.replace(/["\\]/g, '\\$&')}"`;
  return [['Reason', `${reason.protocol}${cause}${text}`]];
}
