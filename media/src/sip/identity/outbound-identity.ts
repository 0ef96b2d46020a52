import type { DialRequest } from '../../port/call-engine.js';
import { nameAddrText } from '../parse/name-addr.js';
import { escapeUser, hostText } from '../parse/uri.js';
import { diversionHeaders } from './write-diversions.js';

/** How an INVITE of ours says who calls. */
export interface OutboundIdentity {
  /** From URI. */
  readonly from: string;
  readonly fromDisplayName?: string;
  readonly contactUser: string;
  /** P-Asserted-Identity, Privacy, Diversion or History-Info. */
  readonly headers: readonly [string, string][];
}

/**
 * Who calls, as this target may know it: a trunk that wants our assertion gets the identity in P-Asserted-Identity (RFC 3325 5) even where the caller hides;
 * to everybody else a hidden caller is anonymous (RFC 3323 4.1.1.3). `host` is our own, for URIs without one of their own.
 */
export function outboundIdentity(
  { target, from, fromDisplayName, hidden = false, diversions = [] }: DialRequest,
  { host, uri }: { host: string; uri: string },
): OutboundIdentity {
  const sip = target.kind === 'sip' ? target : undefined;
  const domain = sip?.fromHost ?? host;
  const identity = `sip:${escapeUser(from)}@${hostText(domain)}`;
  const asserted: [string, string][] =
    sip?.assertIdentity && from !== 'anonymous'
      ? [['P-Asserted-Identity', nameAddrText(fromDisplayName, identity)]]
      : [];
  const diverted = diversionHeaders(sip?.diversionForm ?? 'none', diversions, { host: domain, target: uri });
  if (!hidden) {
    const headers = [...asserted, ...diverted];
    return {
      from: identity,
      contactUser: from,
      headers,
      ...(fromDisplayName === undefined ? {} : { fromDisplayName }),
    };
  }
  return {
    from: 'sip:anonymous@anonymous.invalid',
    fromDisplayName: 'Anonymous',
    contactUser: 'anonymous',
    headers: [...asserted, ['Privacy', 'id'], ...diverted],
  };
}
