import type { DialRequest } from '../../port/call-engine.js';
import { crossingHeaders } from '../../port/crossing-headers.js';
import type { CallFacts } from '../../port/live-call.js';
import { parseUri } from '../parse/uri.js';

/** What is known of a call of ours before anybody answered. */
export function dialFacts(request: DialRequest, sipCallId: string): CallFacts {
  const { target, from, fromDisplayName, hidden = false, maxForwards = 70, headers = {} } = request;
  const dialled = target.kind === 'endpoint' ? { user: target.endpointId, host: '' } : addressOf(target.uri);
  return {
    from: hidden ? 'anonymous' : from,
    ...(fromDisplayName === undefined || hidden ? {} : { fromDisplayName }),
    ...(hidden ? { hidden } : {}),
    to: dialled.user,
    toHost: dialled.host,
    maxForwards,
    sipCallId,
    remoteAddress: dialled.host,
    transport: 'none',
    headers: crossingHeaders(headers),
  };
}

function addressOf(uri: string): { user: string; host: string } {
  try {
    return parseUri(uri);
  } catch {
    return { user: uri, host: '' };
  }
}
