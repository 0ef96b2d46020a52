import { type OutsideMedia, opportunisticMedia, plainMedia } from '../../../port/media-relay.js';
import { isSendable } from '../../../sip/sdp/audio-negotiation.js';
import { parseSdp } from '../../../sip/sdp/parse-sdp.js';
import type { MediaDescription } from '../../../sip/sdp/session-description.js';
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
  const lines = soundLines(sdp);
  const line = lines.find(({ protocol }) => isSecured(protocol)) ?? lines[0];
  if (!line || !isProtocol(line.protocol)) return plainMedia;
  const ice = /^a=ice-ufrag:/m.test(sdp);
  if (!isSecured(line.protocol) && line.hasKeys) return { ...opportunisticMedia, protocol: line.protocol, ice };
  return { protocol: line.protocol, ice };
}

/** How the sound of a description is encrypted: `none` where any of it is not. Throws as `outsideMediaOf`. */
export function encryptionOf(sdp: string): 'none' | 'sdes' | 'dtls' {
  const each = soundLines(sdp).map(encryptionOfLine);
  return each.includes('none') ? 'none' : (each[0] ?? 'none');
}

function encryptionOfLine({ protocol, hasKeys, hasFingerprint }: MediaDescription): 'none' | 'sdes' | 'dtls' {
  if (hasKeys && !protocol.startsWith('UDP/TLS/')) return 'sdes';
  return hasFingerprint && isSecured(protocol) ? 'dtls' : 'none';
}

/** The offer without its plain audio lines (port 0, RFC 3264 6), where it has encrypted ones beside them: what is taken is encrypted then. */
export function withoutPlainTwin(sdp: string): string {
  const isLive = (line: string) => /^m=audio (?!0[ /])/.test(line);
  const lines = sdp.split('\n');
  const live = lines.filter(isLive);
  if (live.length < 2 || !live.some((line) => line.includes('SAVP'))) return sdp;
  return lines
    .map((line) => (isLive(line) && !line.includes('SAVP') ? line.replace(/^m=audio \S+/, 'm=audio 0') : line))
    .join('\n');
}

/** Whether our own media planes cannot speak it: they know plain RTP alone. */
export function isSecured(protocol: string): boolean {
  return protocol.includes('SAVP');
}

/** The audio lines that are in use. */
function soundLines(sdp: string): MediaDescription[] {
  const { media } = parseSdp(sdp);
  const lines = media.filter(({ kind, port, protocol }) => kind === 'audio' && port !== 0 && isProtocol(protocol));
  for (const { address } of lines) {
    // Media to a group or to everybody is a weapon, not a call. Zeros are a hold, or an address that ICE is yet to find.
    if (address !== undefined && !isSendable(address) && !isUnspecified(address)) {
      throw new SipSyntaxError('The media address must be a unicast IP address.');
    }
  }
  return lines;
}

function isProtocol(protocol: string): protocol is OutsideMedia['protocol'] {
  return protocols.includes(protocol);
}

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
