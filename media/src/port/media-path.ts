/** How a leg's sound travels between us and its far end, as it was agreed last. */
export interface MediaPath {
  /** SRTP with keys in the description (RFC 4568), or agreed on by DTLS (RFC 5763). */
  readonly encryption: 'none' | 'sdes' | 'dtls';
  /** The relay that carries it, as `host:port` of its control; absent where it comes straight to us. */
  readonly relay?: string;
}

/** Straight, and in the clear. */
export const straightPath: MediaPath = { encryption: 'none' };
