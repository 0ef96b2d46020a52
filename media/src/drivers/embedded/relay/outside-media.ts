import { type OutsideMedia, plainMedia } from '../../../port/media-relay.js';
import { isSendable } from '../../../sip/sdp/audio-negotiation.js';
import { parseSdp } from '../../../sip/sdp/parse-sdp.js';
import { SipSyntaxError } from '../../../sip/sip-errors.js';

const protocols: readonly string[] = [
  'RTP/AVP',
  'RTP/AVPF',
  'RTP/SAVP',
  'RTP/SAVPF',
  'UDP/TLS/RTP/SAVP',
  'UDP/TLS/RTP/SAVPF',
] satisfies OutsideMedia['protocol'][];

/** How the far end speaks, by its offer: its encrypted audio line where it has one. Throws `SipSyntaxError` where it cannot be read, or wants its media at no single host. */
export function outsideMediaOf(sdp: string): OutsideMedia {
  const { media } = parseSdp(sdp);
  const lines = media.filter(({ kind, port, protocol }) => kind === 'audio' && port !== 0 && isProtocol(protocol));
  for (const { address } of lines) {
    // Media to a group or to everybody is a weapon, not a call. Zeros are a hold, or an address that ICE is yet to find.
    if (address !== undefined && !isSendable(address) && !isUnspecified(address)) {
      throw new SipSyntaxError('The media address must be a unicast IP address.');
    }
  }
  const protocol = (lines.find((line) => isEncrypted(line.protocol)) ?? lines[0])?.protocol;
  if (protocol === undefined || !isProtocol(protocol)) return plainMedia;
  return { protocol, ice: /^a=ice-ufrag:/m.test(sdp) };
}

/** Whether our own media planes cannot speak it: they know plain RTP alone. */
export function isEncrypted(protocol: string): boolean {
  return protocol.includes('SAVP');
}

function isProtocol(protocol: string): protocol is OutsideMedia['protocol'] {
  return protocols.includes(protocol);
}

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
