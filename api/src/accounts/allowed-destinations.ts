/**
 * Whether a number may be called: the longest prefix in the list that fits decides, `!` denies, and nothing fits an empty list (default deny, against toll fraud).
 * @param number E.164 with its plus sign
 */
export function isDestinationAllowed(allowedDestinations: readonly string[], number: string): boolean {
  let longest = -1;
  let allowed = false;
  for (const entry of allowedDestinations) {
    const denies = entry.startsWith('!');
    const prefix = denies ? entry.slice(1) : entry;
    if (!number.startsWith(prefix) || prefix.length < longest) continue;
    allowed = prefix.length === longest ? allowed && !denies : !denies;
    longest = prefix.length;
  }
  return allowed;
}
