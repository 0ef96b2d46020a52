/** The longest text one member of a detail keeps, in characters. */
export const maxTextLength = 8192;
const maxDepth = 6;
const maxMembers = 100;

/** Detail as it is kept: texts cut at 8 KB, structures at six levels and a hundred members each. */
export function cutDetail(detail: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return cut(detail, 0) as Record<string, unknown>;
}

function cut(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return value.length <= maxTextLength
      ? value
      : `${value.slice(0, maxTextLength)}… (${value.length - maxTextLength} more characters)`;
  }
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth === maxDepth) return '…';
  if (Array.isArray(value)) return value.slice(0, maxMembers).map((each) => cut(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, maxMembers)
      .map(([name, each]) => [name, cut(each, depth + 1)]),
  );
}
