/**
 * What a value read from outside must look like: a type by name (with `?` where it may be missing), a list of one shape, one of some words, fields, or any of these where it is there.
 * Fields that are not named may be there and are not looked at. A `line` is text that may stand in a line of a message.
 */
export type Shape =
  | TypeName
  | `${TypeName}?`
  | readonly [Shape]
  | OneOf
  | Optional
  | { readonly [field: string]: Shape };

type TypeName = 'string' | 'line' | 'number' | 'boolean' | 'object';

class OneOf {
  readonly words: readonly unknown[];

  constructor(words: readonly unknown[]) {
    this.words = words;
  }
}

class Optional {
  readonly shape: Shape;

  constructor(shape: Shape) {
    this.shape = shape;
  }
}

export const oneOf = (...words: readonly string[]): Shape => new OneOf(words);
export const optional = (shape: Shape): Shape => new Optional(shape);

/** The first thing that is not as it must be, as a sentence; undefined where all is. `at` names the value. */
export function faultIn(value: unknown, shape: Shape, at: string): string | undefined {
  if (typeof shape === 'string') return faultOfType(value, shape, at);
  if (shape instanceof Optional) return value === undefined ? undefined : faultIn(value, shape.shape, at);
  if (shape instanceof OneOf) return shape.words.includes(value) ? undefined : `${at} is none of its words.`;
  if (isList(shape)) {
    if (!Array.isArray(value)) return `${at} is no list.`;
    return firstFault(Array.from(value, (each, index) => () => faultIn(each, shape[0], `${at}[${index}]`)));
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
  return isOfType(value, type) ? undefined : `${at} is no ${type}.`;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'line') return typeof value === 'string' && !/[\r\n\0]/.test(value);
  return typeof value === type && value !== null && (type !== 'number' || Number.isFinite(value));
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
