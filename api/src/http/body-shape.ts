import { InvalidRequestError } from '../operation/request-errors.js';

/** Bounds on a JSON body, so that checking one is cheap whatever it says. */
export interface BodyBounds {
  /** How deep it may be nested. */
  readonly depth: number;
  /** Most members of one list or object. */
  readonly members: number;
  readonly values: number;
}

export const bodyBounds: BodyBounds = { depth: 64, members: 1000, values: 5_000 };

/** Inline scripts and flows are long; whether they are right is looked at elsewhere, verb by verb and node by node. */
const longBodies: readonly (readonly [path: string, BodyBounds])[] = [
  ['/v1/calls', { ...bodyBounds, values: 50_000 }],
  ['/v1/flows', { ...bodyBounds, members: 5_000, values: 250_000 }],
];

/** What a body may hold that is sent to such a path. */
export function bodyBoundsOf(path: string): BodyBounds {
  return longBodies.find(([start]) => path.startsWith(start))?.[1] ?? bodyBounds;
}

/**
 * Looks at nothing but how much a JSON body holds: finding all faults of very many values would hold up everybody else.
 * @throws InvalidRequestError when it is nested too deep, a list or object in it is too long, or it holds more values
 */
export function checkBodyShape(body: unknown, bounds: BodyBounds): void {
  const pending: { value: unknown; pointer: string; depth: number }[] = [{ value: body, pointer: '', depth: 0 }];
  let values = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, pointer, depth } = next;
    if (value === null || typeof value !== 'object') continue;
    const length = Array.isArray(value) ? value.length : Object.keys(value).length;
    if (length > bounds.members) throw tooMuch(pointer, `must have at most ${bounds.members} members`);
    if (depth >= bounds.depth) throw tooMuch('', `must be nested at most ${bounds.depth} deep`);
    values += length;
    if (values > bounds.values) throw tooMuch('', `must hold at most ${bounds.values} values`);
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'object')
        pending.push({ value: member, pointer: `${pointer}/${escapeToken(name)}`, depth: depth + 1 });
    }
  }
}

function tooMuch(pointer: string, message: string): InvalidRequestError {
  return new InvalidRequestError([{ pointer: pointer.slice(0, 200), message }]);
}

/** RFC 6901 3. */
function escapeToken(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
