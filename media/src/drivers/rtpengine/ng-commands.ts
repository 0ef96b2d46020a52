import {
  type OutsideMedia,
  plainMedia,
  type RelayedAnswer,
  type RelayedOffer,
  type RelaySide,
} from '../../port/media-relay.js';
import type { Bencoded, BencodedDictionary } from './bencode.js';

/** Names of rtpengine's interfaces on each side, where it has several (`interface = in/10.0.0.5;out/203.0.113.5`). */
export type SideInterfaces = Readonly<Record<RelaySide, string>>;

/**
 * SDES suites that are not offered: without encryption, deprecated, or known to nobody else (RFC 4568 6.2, 6188); and GCM (7714), which libre (baresip) takes and then
 * cannot decrypt. What is left begins with AES-256 in counter mode, and has the AES-128 that everybody must know.
 */
const unwantedSuites = [
  'AEAD_AES_256_GCM',
  'AEAD_AES_128_GCM',
  'NULL_HMAC_SHA1_80',
  'NULL_HMAC_SHA1_32',
  'F8_128_HMAC_SHA1_80',
  'F8_128_HMAC_SHA1_32',
  'AES_192_CM_HMAC_SHA1_80',
  'AES_192_CM_HMAC_SHA1_32',
].map((suite) => `no-${suite}`);

/** Where addresses and session names in a description are replaced; rtpengine does so in m-, c- and a-lines by itself. */
const replace = ['origin', 'session-connection'];

/** The tag of a side, for rtpengine: branches of a forked call have one each outside. */
export function tagOf(side: RelaySide, branch: string | undefined): string {
  return side === 'inside' || branch === undefined ? side : `outside;${branch}`;
}

export function isOutsideTag(tag: string): boolean {
  return tag !== 'inside';
}

/** `renewed`: the session has been answered before, by `branch`. */
export function offerCommand(
  callId: string,
  offer: RelayedOffer,
  renewed: boolean,
  interfaces: SideInterfaces | undefined,
): BencodedDictionary {
  const other: RelaySide = offer.from === 'inside' ? 'outside' : 'inside';
  return {
    command: 'offer',
    'call-id': callId,
    'from-tag': tagOf(offer.from, offer.branch),
    ...(renewed ? { 'to-tag': tagOf(other, offer.branch) } : {}),
    ...(interfaces ? { direction: [interfaces[offer.from], interfaces[other]] } : {}),
    sdp: offer.sdp,
    replace,
    ...towards(other === 'inside' ? plainMedia : (offer.outside ?? plainMedia)),
  };
}

export function answerCommand(callId: string, answer: RelayedAnswer): BencodedDictionary {
  const offerer: RelaySide = answer.from === 'inside' ? 'outside' : 'inside';
  return {
    command: 'answer',
    'call-id': callId,
    'from-tag': tagOf(offerer, answer.branch),
    'to-tag': tagOf(answer.from, answer.branch),
    sdp: answer.sdp,
    replace,
  };
}

/** Without tags it ends all branches; without delay the ports are free at once. */
export function deleteCommand(callId: string): BencodedDictionary {
  return { command: 'delete', 'call-id': callId, 'delete delay': 0 };
}

/** What the description is made to speak. */
function towards({ protocol, ice, opportunistic }: OutsideMedia): Record<string, Bencoded> {
  const dtls = protocol.startsWith('UDP/TLS/');
  return {
    'transport-protocol': protocol,
    ICE: ice ? 'force' : 'remove',
    // Browsers insist on one port (RFC 8834 4.5); towards us and plain phones RTCP has its own.
    'rtcp-mux': [ice ? 'require' : dtls ? 'offer' : 'demux'],
    ...(dtls ? { SDES: ['off'], flags: ['generate-mid'] } : { DTLS: 'off', SDES: unwantedSuites }),
    ...(opportunistic ? { OSRTP: ['offer'] } : {}),
  };
}
