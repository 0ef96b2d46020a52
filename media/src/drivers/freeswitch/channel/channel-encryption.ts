import { isDemanded, type MediaEncryption } from '../../../port/media-encryption.js';
import type { MediaPath } from '../../../port/media-path.js';
import { encryptionOf } from '../../../sip/sdp/sound-encryption.js';
import type { EslEvent } from '../esl/esl-event.js';

/** Suites of SRTP with keys in the description, best first (RFC 4568 6.2, RFC 7714). Left alone FreeSWITCH has some that authenticate nothing, too. */
const suites = 'AES_CM_128_HMAC_SHA1_80:AEAD_AES_256_GCM:AES_CM_128_HMAC_SHA1_32';

/** What a channel that came in is told before it is answered, where its sound must be encrypted: FreeSWITCH then refuses what is in the clear, now and later. By DTLS or by keys, as its offer says. */
export const mustEncrypt = `rtp_secure_media=mandatory:${suites}`;

/**
 * What a channel that goes out is told of how its sound is to be encrypted, as variables. Where it is demanded FreeSWITCH refuses what is in the clear. Its offer of what is
 * optional needs the front to be understood: without one there is none.
 */
export function encryptionVariables(
  encryption: MediaEncryption,
  behindFront: boolean,
): [name: string, value: string][] {
  switch (encryption) {
    case 'none':
      return [];
    case 'optional':
      return behindFront ? [['rtp_secure_media', `optional:${suites}`]] : [];
    case 'sdes':
      return [['rtp_secure_media', `mandatory:${suites}`]];
    case 'dtls':
      return [
        ['rtp_secure_media', 'mandatory'],
        ['rtp_use_dtls', 'true'],
      ];
  }
}

/** How the sound of a channel is encrypted, once it has any: by the keys that FreeSWITCH uses, or, while DTLS still agrees on them and nothing passes, by both descriptions. */
export function encryptionOfChannel(event: EslEvent): MediaPath['encryption'] {
  const keys = event.get('variable_rtp_has_crypto');
  if (keys !== undefined) return keys.startsWith('srtp:dtls') ? 'dtls' : 'sdes';
  const ours = event.get('variable_rtp_local_sdp_str') ?? '';
  return farEncryption(event) === 'dtls' && /^a=fingerprint:/m.test(ours) ? 'dtls' : 'none';
}

/** Whether the far end described its sound in the clear although that may not be. */
export function isInTheClear(event: EslEvent, demanded: MediaEncryption): boolean {
  return isDemanded(demanded) && event.get('variable_switch_r_sdp') !== undefined && farEncryption(event) === 'none';
}

/** As the description says that FreeSWITCH had from the far end last. */
function farEncryption(event: EslEvent): MediaPath['encryption'] {
  try {
    return encryptionOf(event.get('variable_switch_r_sdp') ?? '');
  } catch {
    return 'none';
  }
}
