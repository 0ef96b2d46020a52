import type { CallFacts } from '../../port/live-call.js';
import { parseNameAddr } from '../../sip/parse/name-addr.js';
import { telephoneUser } from '../../sip/parse/telephone-user.js';
import type { IncomingInvite } from '../../sip/sip-event.js';
import { factHeaders } from './fact-headers.js';

/** What an INVITE says of the call. P-Asserted-Identity is believed from trunks only (RFC 3325). Never throws. */
export function callFacts({ request, flow }: IncomingInvite, from: 'trunk' | 'endpoint'): CallFacts {
  const asserted = from === 'trunk' ? identity(request.values('p-asserted-identity')[0]) : undefined;
  const claimed = identity(request.header('from'));
  const hidden = request.values('privacy').some((value) => value.split(';').some((part) => part.trim() === 'id'));
  const caller = asserted ?? claimed;
  const name = hidden ? undefined : caller?.displayName;
  const dialled = readOr(() => request.parsedUri, undefined);
  return {
    from: hidden ? 'anonymous' : caller?.user || 'anonymous',
    ...(name ? { fromDisplayName: name } : {}),
    to: dialled ? telephoneUser(dialled) : '',
    toHost: dialled?.host ?? '',
    maxForwards: request.numberHeader('max-forwards') ?? 70,
    sipCallId: request.callId,
    remoteAddress: flow.remoteAddress.includes(':')
      ? `[${flow.remoteAddress}]:${flow.remotePort}`
      : `${flow.remoteAddress}:${flow.remotePort}`,
    transport: flow.transport,
    headers: factHeaders(request),
  };
}

function identity(value: string | undefined): { user: string; displayName: string } | undefined {
  if (value === undefined) return undefined;
  return readOr(() => {
    const { uri, displayName } = parseNameAddr(value);
    return { user: telephoneUser(uri), displayName };
  }, undefined);
}

function readOr<Value, Other>(read: () => Value, other: Other): Value | Other {
  try {
    return read();
  } catch {
    return other;
  }
}
