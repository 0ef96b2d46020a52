/** Signed distance from `from` to `to` in 16-bit sequence arithmetic (RFC 3550 A.1): positive where `to` is newer. */
export function sequenceDelta(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** Signed distance from `from` to `to` in 32-bit timestamp arithmetic. */
export function timestampDelta(from: number, to: number): number {
  return (to - from) | 0;
}
