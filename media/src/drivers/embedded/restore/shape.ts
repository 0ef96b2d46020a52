/**
 * What a value read from outside must look like: a type by name (with `?` where it may be missing), a list of one shape, or fields. Fields that are not named may be there and are not
 * looked at.
 */
export type Shape = TypeName | `${TypeName}?` | readonly [Shape] | { readonly [field: string]: Shape };

type TypeName = 'string' | 'number' | 'boolean' | 'object';

/** The first thing that is not as it must be, as a sentence; undefined where all is. `at` names the value. */
export function faultIn(value: unknown, shape: Shape, at: string): string | undefined {
  if (typeof shape === 'string') return faultOfType(value, shape, at);
  if (isList(shape)) {
    if (!Array.isArray(value)) return `${at} is no list.`;
    return firstFault(value.map((each, index) => () => faultIn(each, shape[0], `${at}[${index}]`)));
  }
  if (typeof value !== 'object' || value === null) return `${at} is missing.`;
  const fields = value as Readonly<Record<string, unknown>>;
  return firstFault(
    Object.entries(shape).map(
      ([name, field]) =>
        () =>
          faultIn(fields[name], field, `${at}.${name}`),
    ),
  );
}

function faultOfType(value: unknown, shape: TypeName | `${TypeName}?`, at: string): string | undefined {
  const isOptional = shape.endsWith('?');
  if (value === undefined) return isOptional ? undefined : `${at} is missing.`;
  const type = isOptional ? shape.slice(0, -1) : shape;
  const isWrong = typeof value !== type || value === null || (type === 'number' && !Number.isFinite(value));
  return isWrong ? `${at} is no ${type}.` : undefined;
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function firstFault(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const fault = check();
    if (fault !== undefined) return fault;
  }
  return undefined;
}
