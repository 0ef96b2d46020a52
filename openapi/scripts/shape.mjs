const prose = new Set(['description', 'summary', 'title', 'example', 'examples', 'externalDocs']);

/** A document without its prose and examples: what programs depend on, and all that is kept of a release. */
export function shape(value, namesFollow = false) {
  if (Array.isArray(value)) return value.map((member) => shape(member));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([key]) => namesFollow || !prose.has(key));
  return Object.fromEntries(kept.map(([key, member]) => [key, shape(member, !namesFollow && key === 'properties')]));
}
