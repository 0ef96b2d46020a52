/** What a caller asks to be kept from others. */
export interface PrivacyWish {
  /** Nobody beyond those we trust learns who calls: `id` (RFC 3325 9.3) or `user` (RFC 3323 4.2). */
  readonly hidesIdentity: boolean;
  /** Who diverted the call is not told either: `history` (RFC 7044 10.1), or `header` with the identity hidden (RFC 3323 4.1). */
  readonly hidesHistory: boolean;
  /** `none`: the caller wants to be known (RFC 3323 4.2). */
  readonly refused: boolean;
  /** `critical`, and a word that we do not know: the call must fail with 500 (RFC 3323 5). */
  readonly cannotBeKept: boolean;
}

/**
 * What a B2BUA that relays the media does for everybody: no header shows the way (`header`), nor the session description the caller's address (`session`), RFC
 * 3323 5.1, 5.2.
 */
const known = new Set(['none', 'header', 'session', 'user', 'id', 'history', 'critical']);

/** Reads the values of a Privacy header; `none` overrules all others (RFC 3323 4.2). Never throws. */
export function readPrivacy(values: readonly string[]): PrivacyWish {
  const words = new Set(values.flatMap((value) => value.split(';')).map((word) => word.trim().toLowerCase()));
  words.delete('');
  const refused = words.has('none');
  if (refused) return { hidesIdentity: false, hidesHistory: false, refused, cannotBeKept: false };
  const hidesIdentity = words.has('id') || words.has('user');
  return {
    hidesIdentity,
    hidesHistory: words.has('history') || (hidesIdentity && words.has('header')),
    refused,
    cannotBeKept: words.has('critical') && [...words].some((word) => !known.has(word)),
  };
}
