/**
 * How a far end's sound is encrypted (SRTP, RFC 3711): not; where it likes, with keys beside a plain offer (RFC 8643); or always, with keys in the description (SDES,
 * RFC 4568) or agreed on by DTLS (RFC 5763).
 */
export type MediaEncryption = 'none' | 'optional' | 'sdes' | 'dtls';

/** Whether a call in the clear is no call: it fails where encryption cannot be had. */
export function isDemanded(encryption: MediaEncryption): boolean {
  return encryption === 'sdes' || encryption === 'dtls';
}
