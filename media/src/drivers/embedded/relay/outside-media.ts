import { type OutsideMedia, opportunisticMedia, plainMedia } from '../../../port/media-relay.js';
import { isSecured, isSoundProtocol, soundLines } from '../../../sip/sdp/sound-encryption.js';

/** How the far end speaks, by its offer: its encrypted audio line where it has one. Throws `SipSyntaxError` where it cannot be read, or wants its media at no single host. */
export function outsideMediaOf(sdp: string): OutsideMedia {
  const lines = soundLines(sdp);
  const line = lines.find(({ protocol }) => isSecured(protocol)) ?? lines[0];
  if (!line || !isSoundProtocol(line.protocol)) return plainMedia;
  const ice = /^a=ice-ufrag:/m.test(sdp);
  if (!isSecured(line.protocol) && line.hasKeys) return { ...opportunisticMedia, protocol: line.protocol, ice };
  return { protocol: line.protocol, ice };
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
