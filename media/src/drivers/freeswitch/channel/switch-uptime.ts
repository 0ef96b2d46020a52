const units: readonly (readonly [RegExp, number])[] = [
  [/(\d+) years?/, 31_536_000_000],
  [/(\d+) days?/, 86_400_000],
  [/(\d+) hours?/, 3_600_000],
  [/(\d+) minutes?/, 60_000],
  [/(\d+) seconds?/, 1000],
  [/(\d+) milliseconds?/, 1],
];

/** How long the switch runs, by the first line of what `status` answers; undefined where that cannot be read. */
export function uptimeMs(status: string): number | undefined {
  const line = status.split('\n')[0] ?? '';
  if (!line.startsWith('UP ')) return undefined;
  return units.reduce((sum, [unit, ms]) => sum + Number(unit.exec(line)?.[1] ?? 0) * ms, 0);
}
