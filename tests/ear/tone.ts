/** What a party's tone measures when it is sent as made here, in decibels below full scale. */
export const toneLevelDb = -12;

/** A pure tone: 16-bit samples, starting at sample number `offset` so that pieces join without a click. */
export function toneSamples(
  hertz: number,
  count: number,
  options: { rate?: number; offset?: number } = {},
): Int16Array {
  const { rate = 8000, offset = 0 } = options;
  const peak = 32767 * 10 ** (toneLevelDb / 20);
  return Int16Array.from({ length: count }, (_, n) =>
    Math.round(peak * Math.sin((2 * Math.PI * hertz * (offset + n)) / rate)),
  );
}
