/** Adds `source[0 … count)` to `target`, clipped to 16 bits. */
export function mixInto(target: Int16Array, source: Int16Array, count: number): void {
  for (let at = 0; at < count; at++) {
    target[at] = Math.max(-32768, Math.min(32767, target[at]! + source[at]!));
  }
}
