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

/** Audio lines of an offer that get ports at the relay: we take one, and which one is not known before it is read behind the relay. */
const mostSoundLines = 2;

/**
 * The offer with what we never take switched off (port 0, RFC 3264 6): pictures and the like, sound in the clear beside encrypted sound, and lines without end. So the relay has no ports for them, and
 * what is taken is encrypted where it may be.
 */
export function soundOnly(sdp: string): string {
  const lines = sdp.split('\n');
  const live = lines.filter((line) => /^m=\S+ (?!0[ /])/.test(line));
  const sound = live.filter((line) => line.startsWith('m=audio '));
  const secured = sound.filter((line) => line.includes('SAVP'));
  const kept = (secured.length > 0 ? secured : sound).slice(0, mostSoundLines);
  if (kept.length === live.length) return sdp;
  let left = kept.length;
  return lines
    .map((line) => {
      if (!live.includes(line)) return line;
      const isKept = left > 0 && kept.includes(line);
      if (isKept) left -= 1;
      return isKept ? line : line.replace(/^(m=\S+) \S+/, '$1 0');
    })
    .join('\n');
}

/** Where its sound is to go. */
export function soundPlaces(sdp: string): readonly { readonly address: string; readonly port: number }[] {
  return soundLines(sdp).map(({ address = '', port }) => ({ address, port }));
}

/** Whether it says that its sound is encrypted, and has nothing to encrypt it with. */
export function lacksKeys(sdp: string): boolean {
  return soundLines(sdp).some((line) => isSecured(line.protocol) && encryptionOfLine(line) === 'none');
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
