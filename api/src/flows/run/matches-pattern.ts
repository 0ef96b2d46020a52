/** Longer patterns match nothing: with a value of 4,096 characters the work is at most a million steps. */
const longestPattern = 256;

/** Whether all of a text fits a pattern in which `*` is any text and `?` any character. Takes at most their lengths multiplied, whatever they are. */
export function matchesPattern(text: string, pattern: string): boolean {
  if (pattern.length > longestPattern) return false;
  let at = 0;
  let inPattern = 0;
  let star = -1; // the last star met, and how far its text goes
  let starEnd = 0;
  while (at < text.length) {
    const expected = pattern[inPattern];
    if (expected === '*') {
      star = inPattern++;
      starEnd = at;
    } else if (expected === '?' || expected === text[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++starEnd;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
