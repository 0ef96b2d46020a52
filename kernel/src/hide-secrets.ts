/** Field names whose values never reach a log, wherever they stand. */
const secretNames = new Set(['password', 'secret', 'token', 'authorization', 'apiKey', 'ha1', 'signingSecret']);
const censor = '[secret]';

/**
 * What may be logged of `value`: fields of those names, in it and `depth` levels below, say `[secret]`. A copy only where there is one, since nearly every line has none.
 * What writes itself (dates) and errors stay as they are; an error's fields are hidden when it has become a plain object.
 */
export function hideSecrets<Value>(value: Value, depth = 2): Value {
  if (value === null || typeof value !== 'object' || value instanceof Error) return value;
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return value;
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    const shown = secretNames.has(name) ? censor : depth > 0 ? hideSecrets(member, depth - 1) : member;
    if (shown === member) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[name] = shown;
  }
  return (copy as Value | undefined) ?? value;
}
