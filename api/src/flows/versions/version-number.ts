/** `1.10` comes after `1.9`. */
export function compareVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = partsOf(a);
  const [bMajor = 0, bMinor = 0] = partsOf(b);
  return aMajor - bMajor || aMinor - bMinor;
}

/** The next minor number after the highest; `1.0` where there is none. */
export function nextVersion(numbers: readonly string[]): string {
  const highest = [...numbers].sort(compareVersions).at(-1);
  if (highest === undefined) return '1.0';
  const [major, minor] = partsOf(highest);
  return `${major}.${minor! + 1}`;
}

function partsOf(number: string): readonly number[] {
  return number.split('.').map(Number);
}
