import type { CallFacts } from '../../port/live-call.js';
import { senderOf } from '../../sip/flow.js';
import {
  callerFacts,
  hidesIdentity as isHidden,
  identityRefusal as refusalOf,
} from '../../sip/identity/caller-facts.js';
import { readDiversions } from '../../sip/identity/read-diversions.js';
import { readIdentity } from '../../sip/identity/read-identity.js';
import { readPrivacy } from '../../sip/identity/read-privacy.js';
import type { SipRequest } from '../../sip/parse/message.js';
import { telephoneUser } from '../../sip/parse/telephone-user.js';
import { hostPortText } from '../../sip/parse/uri.js';
import type { IncomingInvite } from '../../sip/sip-event.js';
import { factHeaders } from './fact-headers.js';

/** Who sent a call, as far as it matters to what is believed of it. */
export interface CallSender {
  readonly source: { readonly kind: 'trunk' | 'endpoint' };
  /** A trunk that is believed as to who calls. */
  readonly trusted: boolean;
}

/** What an INVITE says of the call, as far as its sender is believed (RFC 3325 5). Never throws. */
export function callFacts({ request, flow }: IncomingInvite, { source, trusted }: CallSender): CallFacts {
  const claimed = readIdentity([request.header('from') ?? '']);
  const asserted = trusted ? readIdentity(request.values('p-asserted-identity')) : undefined;
  const preferred = source.kind === 'endpoint' ? readIdentity(request.values('p-preferred-identity')) : undefined;
  const privacy = readPrivacy(request.values('privacy'));
  const { hidesHistory } = privacy;
  const fromHost = readOr(() => request.from.uri.host, undefined);
  const hidesIdentity = isHidden({ privacy, fromHost });
  const diversions = trusted && !hidesHistory ? readDiversions(request) : [];
  const sender = senderOf(flow);
  const dialled = readOr(() => request.parsedUri, undefined);
  const to = dialled ? telephoneUser(dialled) : '';
  const toHeader = readOr(() => telephoneUser(request.to.uri), to);
  return {
    ...callerFacts({ claimed, asserted, privacy, fromHost }),
    ...(preferred ? { preferredIdentity: preferred.user } : {}),
    ...(diversions.length > 0 ? { diversions } : {}),
    to,
    ...(toHeader === to ? {} : { toHeader }),
    toHost: dialled?.host ?? '',
    maxForwards: request.numberHeader('max-forwards') ?? 70,
    sipCallId: request.callId,
    remoteAddress: hostPortText(sender.address, sender.port),
    transport: sender.transport,
    headers: factHeaders(request, { trusted, hidesIdentity, hidesHistory }),
  };
}

/** The status that refuses a call for what it says of who calls: privacy that we cannot keep (RFC 3323 5), or a circle of diversions. */
export function identityRefusal(request: SipRequest, { diversions }: CallFacts): number | undefined {
  return refusalOf(readPrivacy(request.values('privacy')), diversions);
}

function readOr<Value, Other>(read: () => Value, other: Other): Value | Other {
  try {
    return read();
  } catch {
    return other;
  }
}
