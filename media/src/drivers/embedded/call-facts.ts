import type { CallerIdentity } from '../../port/caller-identity.js';
import { mostDiversions, timesDiverted } from '../../port/diversion.js';
import type { CallFacts } from '../../port/live-call.js';
import { senderOf } from '../../sip/flow.js';
import type { SipRequest } from '../../sip/parse/message.js';
import { telephoneUser } from '../../sip/parse/telephone-user.js';
import { hostPortText } from '../../sip/parse/uri.js';
import type { IncomingInvite } from '../../sip/sip-event.js';
import { factHeaders } from './fact-headers.js';
import { readDiversions } from './identity/read-diversions.js';
import { readIdentity } from './identity/read-identity.js';
import { readPrivacy } from './identity/read-privacy.js';

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
  const { hidesHistory, ...wish } = readPrivacy(request.values('privacy'));
  const hidesIdentity = wish.hidesIdentity || (!wish.refused && isAnonymous(request));
  const diversions = trusted && !hidesHistory ? readDiversions(request) : [];
  const sender = senderOf(flow);
  const dialled = readOr(() => request.parsedUri, undefined);
  return {
    ...(hidesIdentity ? hidden(asserted) : shown(asserted ?? claimed)),
    ...(preferred ? { preferredIdentity: preferred.user } : {}),
    ...(diversions.length > 0 ? { diversions } : {}),
    to: dialled ? telephoneUser(dialled) : '',
    toHost: dialled?.host ?? '',
    maxForwards: request.numberHeader('max-forwards') ?? 70,
    sipCallId: request.callId,
    remoteAddress: hostPortText(sender.address, sender.port),
    transport: sender.transport,
    headers: factHeaders(request, { trusted, hidesIdentity, hidesHistory }),
  };
}

/** The status that refuses a call for what it says of who calls: privacy that we cannot keep (RFC 3323 5), or a circle of diversions. */
export function identityRefusal(request: SipRequest, { diversions = [] }: CallFacts): number | undefined {
  if (readPrivacy(request.values('privacy')).cannotBeKept) return 500;
  return timesDiverted(diversions) > mostDiversions ? 482 : undefined;
}

/** A caller who made his own From anonymous hides as well, though no Privacy says so (RFC 3323 4.1.1.3). */
function isAnonymous(request: SipRequest): boolean {
  return readOr(() => request.from.uri.host === 'anonymous.invalid', false);
}

function shown(caller: CallerIdentity | undefined): Pick<CallFacts, 'from' | 'fromDisplayName'> {
  const { user = 'anonymous', displayName } = caller ?? {};
  return { from: user, ...(displayName ? { fromDisplayName: displayName } : {}) };
}

function hidden(asserted: CallerIdentity | undefined): Pick<CallFacts, 'from' | 'hidden' | 'withheld'> {
  return { from: 'anonymous', hidden: true, ...(asserted ? { withheld: asserted } : {}) };
}

function readOr<Value, Other>(read: () => Value, other: Other): Value | Other {
  try {
    return read();
  } catch {
    return other;
  }
}
