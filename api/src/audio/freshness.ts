/** How long an answer may be used without asking again, as its headers say (RFC 9111 4.2): a modest reading of them. */
export interface Freshness {
  /** Whether it may be kept at all. */
  readonly keep: boolean;
  readonly freshForMs: number;
}

/** Nobody says anything: for so long, since a menu's sounds are asked for by many calls at once. */
const unsaidMs = 5000;
const longestMs = 86_400_000;

export function freshness(headers: Readonly<Record<string, string>>): Freshness {
  const directives = (headers['cache-control'] ?? '')
    .toLowerCase()
    .split(',')
    .map((each) => each.trim());
  if (directives.includes('no-store')) return { keep: false, freshForMs: 0 };
  if (directives.includes('no-cache')) return { keep: true, freshForMs: 0 };
  const maxAge = directives
    .map((each) => /^max-age="?(\d{1,10})"?$/.exec(each)?.[1])
    .find((value) => value !== undefined);
  if (maxAge === undefined) return { keep: true, freshForMs: unsaidMs };
  const age = /^\d{1,10}$/.test(headers.age ?? '') ? Number(headers.age) : 0;
  return { keep: true, freshForMs: Math.min(longestMs, Math.max(0, (Number(maxAge) - age) * 1000)) };
}
