import { InvalidRequestError } from './http-errors.js';

/** Bounds on every JSON body, so that checking one is cheap whatever it says. */
export const bodyBounds = { depth: 64, members: 1000, values: 50_000 };

/**
 * Counts the values in a JSON body.
 * @throws InvalidRequestError when it is nested too deep, or a list or object in it is too long
 */
export function countValues(body: unknown): number {
  const pending: { value: unknown; pointer: string; depth: number }[] = [{ value: body, pointer: '', depth: 0 }];
  let values = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, pointer, depth } = next;
    if (value === null || typeof value !== 'object') continue;
    const length = Array.isArray(value) ? value.length : Object.keys(value).length;
    if (length > bodyBounds.members) throw tooMuch(pointer, `must have at most ${bodyBounds.members} members`);
    if (depth >= bodyBounds.depth) throw tooMuch('', `must be nested at most ${bodyBounds.depth} deep`);
    values += length;
    if (values > bodyBounds.values) throw tooMuch('', `must hold at most ${bodyBounds.values} values`);
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'object')
        pending.push({ value: member, pointer: `${pointer}/${escapeToken(name)}`, depth: depth + 1 });
    }
  }
  return values;
}

function tooMuch(pointer: string, message: string): InvalidRequestError {
  return new InvalidRequestError([{ pointer: pointer.slice(0, 200), message }]);
}

/** RFC 6901 3. */
function escapeToken(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
