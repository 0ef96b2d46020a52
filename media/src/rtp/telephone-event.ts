/** Event codes 0 to 15 (RFC 4733 3.2) as the keys they stand for. */
export const telephoneKeys = '0123456789*#ABCD';

/** Longest duration one packet can tell, timestamp units (RFC 4733 2.3.5). */
export const longestEventDuration = 0xffff;

/** Bytes of an event payload. */
export const telephoneEventLength = 4;

/** The event code of a key, or -1. Lower-case letters count as well. */
export function eventOfKey(key: string): number {
  return key.length === 1 ? telephoneKeys.indexOf(key.toUpperCase()) : -1;
}
