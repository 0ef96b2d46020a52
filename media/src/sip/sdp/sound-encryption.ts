import { SipSyntaxError } from '../sip-errors.js';
import { isSendable } from './audio-negotiation.js';
import { parseSdp } from './parse-sdp.js';
import type { MediaDescription } from './session-description.js';

/** What sound travels by: RTP, or SRTP (RFC 3711), with or without feedback (RFC 4585), with keys agreed on by DTLS (RFC 5764). */
export const soundProtocols = [
  'RTP/AVP',
  'RTP/AVPF',
  'RTP/SAVP',
  'RTP/SAVPF',
  'UDP/TLS/RTP/SAVP',
  'UDP/TLS/RTP/SAVPF',
] as const;

/** How the sound of a description is encrypted: `none` where any of it is not. Throws `SipSyntaxError` where it cannot be read, or wants its media at no single host. */
export function encryptionOf(sdp: string): 'none' | 'sdes' | 'dtls' {
  const each = soundLines(sdp).map(encryptionOfLine);
  return each.includes('none') ? 'none' : (each[0] ?? 'none');
}

/** Whether it says that its sound is encrypted, and has nothing to encrypt it with. Throws as `encryptionOf`. */
export function lacksKeys(sdp: string): boolean {
  return soundLines(sdp).some((line) => isSecured(line.protocol) && encryptionOfLine(line) === 'none');
}

/** Whether it is SRTP: media planes of ours know plain RTP alone. */
export function isSecured(protocol: string): boolean {
  return protocol.includes('SAVP');
}

/** The audio lines that are in use. Throws as `encryptionOf`. */
export function soundLines(sdp: string): MediaDescription[] {
  const { media } = parseSdp(sdp);
  const lines = media.filter(({ kind, port, protocol }) => kind === 'audio' && port !== 0 && isSoundProtocol(protocol));
  for (const { address } of lines) {
    // Media to a group or to everybody is a weapon, not a call. Zeros are a hold, or an address that ICE is yet to find.
    if (address !== undefined && !isSendable(address) && !isUnspecified(address)) {
      throw new SipSyntaxError('The media address must be a unicast IP address.');
    }
  }
  return lines;
}

export function isSoundProtocol(protocol: string): protocol is (typeof soundProtocols)[number] {
  return (soundProtocols as readonly string[]).includes(protocol);
}

function encryptionOfLine({ protocol, hasKeys, hasFingerprint }: MediaDescription): 'none' | 'sdes' | 'dtls' {
  if (hasKeys && !protocol.startsWith('UDP/TLS/')) return 'sdes';
  return hasFingerprint && isSecured(protocol) ? 'dtls' : 'none';
}

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
