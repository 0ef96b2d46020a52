import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { Flow, SipTarget } from '../../../sip/flow.js';
import { splitCommas } from '../../../sip/parse/header-values.js';
import type { SipRequest, SipResponse } from '../../../sip/parse/message.js';
import { parseNameAddr } from '../../../sip/parse/name-addr.js';
import { hostPortText, type SipUri } from '../../../sip/parse/uri.js';
import { parseVia, type Via } from '../../../sip/parse/via.js';
import { defaultPort, type OwnPlace } from './front-sockets.js';
import { transportNamed } from './hops.js';
import type { Redescribed } from './offerless-calls.js';

/** Name, value, name, value …, names in lower case: as `SipRequest.rawHeaders`. */
type RawHeaders = readonly string[];

const branchMark = 'z9hG4bKhw';

/**
 * The branch of our Via on a request that is handed on (RFC 3261 16.11): the same for its retransmissions, its CANCEL and the ACK of its refusal, so that nothing has to be kept
 * for that.
 */
export function branchOf(request: SipRequest): string {
  const { via, callId, cseq, fromTag = '' } = request;
  const text = [via.branch, hostPortText(via.host, via.port), callId, cseq.number, fromTag].join('\n');
  return branchMark + createHash('sha1').update(text).digest('hex').slice(0, 20);
}

/** How a request goes on. */
export interface Onward {
  /** The place of ours that it leaves from. */
  readonly via: OwnPlace;
  /** Record-Routes of ours, the next hop's first (RFC 5658): set where it begins a dialog. */
  readonly routes: readonly string[];
}

/** Whether a branch is one that we made. */
export function isOurBranch(branch: string): boolean {
  return branch.startsWith(branchMark);
}

/** A request with our Via on top, and Record-Routes where it begins a dialog. `headers`: its own, already changed as they are to be. */
export function requestBytes(
  request: SipRequest,
  headers: RawHeaders,
  { via, routes }: Onward,
  flow: Flow,
  redescribed?: Redescribed,
): Buffer {
  const at = hostPortText(via.host, via.port);
  const added = ['via', `SIP/2.0/${via.transport.toUpperCase()} ${at};branch=${branchOf(request)};rport`];
  const begins = request.method === 'INVITE' && request.toTag === undefined;
  for (const route of begins ? routes : []) added.push('record-route', route);
  const all = [...added, ...withReceived(headers, flow)];
  return bytesOf(`${request.method} ${request.uri} SIP/2.0`, all, request.body, redescribed);
}

/** A response without our Via, and where it goes now; undefined where nobody is below us. */
export function responseBytes(
  response: SipResponse,
  redescribed?: Redescribed,
): { readonly bytes: Buffer; readonly to: SipTarget } | undefined {
  const headers = withoutFirst(response.rawHeaders, 'via');
  const line = firstOf(headers, 'via');
  const below = line === undefined ? undefined : splitCommas(line)[0];
  if (below === undefined) return undefined;
  const bytes = bytesOf(`SIP/2.0 ${response.status} ${response.phrase}`, headers, response.body, redescribed);
  return { bytes, to: answerTarget(parseVia(below)) };
}

/** Headers without those whose name is refused by `keep`. */
export function filtered(headers: RawHeaders, keep: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) if (keep(headers[i]!)) kept.push(headers[i]!, headers[i + 1]!);
  return kept;
}

/** Headers without the first value of one that may have several on a line. */
export function withoutFirst(headers: RawHeaders, name: string): string[] {
  const changed = [...headers];
  for (let i = 0; i < changed.length; i += 2) {
    if (changed[i] !== name) continue;
    const rest = splitCommas(changed[i + 1]!).slice(1);
    if (rest.length > 0) changed[i + 1] = rest.join(', ');
    else changed.splice(i, 2);
    break;
  }
  return changed;
}

/** The URI of the first Route; undefined where there is none. Throws `SipSyntaxError` on a broken one. */
export function firstRoute(headers: RawHeaders): SipUri | undefined {
  const line = firstOf(headers, 'route');
  const value = line === undefined ? undefined : splitCommas(line)[0];
  return value === undefined ? undefined : parseNameAddr(value).uri;
}

function firstOf(headers: RawHeaders, name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) return headers[i + 1];
  return undefined;
}

/** Where answers go (RFC 3261 18.2.2, RFC 3581 4): back on the connection that leads there, where one is open. */
function answerTarget({ transport: name, host, port, params }: Via): SipTarget {
  const rport = Number(params.get('rport') || Number.NaN);
  const transport = transportNamed(name);
  return {
    transport,
    address: (params.get('received') ?? host).replace(/^\[|\]$/g, ''),
    port: Number.isInteger(rport) ? rport : (port ?? defaultPort(transport)),
  };
}

/** The Via below ours says where it came from (RFC 3261 18.2.1, RFC 3581 4). What its sender wrote there of that himself is taken out. */
function withReceived(headers: RawHeaders, { remoteAddress, remotePort }: Flow): string[] {
  const changed = [...headers];
  const at = changed.findIndex((name, index) => index % 2 === 0 && name === 'via') + 1;
  if (at === 0) return changed;
  const [first = '', ...rest] = splitCommas(changed[at]!);
  const bare = first.replace(/\s*;\s*(received|rport)\s*(=\s*(\[[^\]]*\]|[^;,\s]*))?/gi, '');
  const received = isIP(remoteAddress) === 6 ? `[${remoteAddress}]` : remoteAddress;
  changed[at] = [`${bare};received=${received};rport=${remotePort}`, ...rest].join(', ');
  return changed;
}

function bytesOf(start: string, headers: RawHeaders, came: Buffer, redescribed: Redescribed | undefined): Buffer {
  let text = `${start}\r\n`;
  const body = redescribed ? Buffer.from(redescribed.sdp) : came;
  const left = new Set(redescribed ? ['content-length', 'content-type'] : ['content-length']);
  if (redescribed && redescribed.sdp !== '') text += 'content-type: application/sdp\r\n';
  for (let i = 0; i < headers.length; i += 2) {
    if (!left.has(headers[i]!)) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  }
  return Buffer.concat([Buffer.from(`${text}content-length: ${body.length}\r\n\r\n`), body]);
}
