import type { ReliableProvisionals } from '../../port/reliable-provisionals.js';
import type { IncomingInvite } from '../../sip/sip-event.js';

/** How a call that came in is told of its progress before it is answered. */
export interface ProvisionalPolicy {
  /** Whether 180 and 183 are such that the caller acknowledges them (RFC 3262). */
  readonly reliable: boolean;
  /** Whether the 180 has to make our offer: the INVITE made none, and the first reliable answer must (RFC 3262 5). */
  readonly ringingOffers: boolean;
  /** How the caller can hear us before the answer. Without an offer of its own our 183 makes it, which no unreliable one may. */
  readonly earlyMedia: 'plain' | 'reliable' | 'impossible';
}

export function provisionalPolicy({ request, sdp }: IncomingInvite, wanted: ReliableProvisionals): ProvisionalPolicy {
  const required = request.hasToken('require', '100rel');
  const takes = required || request.hasToken('supported', '100rel');
  const delayed = sdp === undefined;
  return {
    reliable: required || (takes && wanted === 'prefer' && !delayed),
    ringingOffers: required && delayed,
    earlyMedia: !delayed ? 'plain' : takes && (required || wanted !== 'off') ? 'reliable' : 'impossible',
  };
}
