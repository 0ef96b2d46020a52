import { InvalidRequestError } from './http-errors.js';

/** Bounds on every JSON body, so that checking one is cheap whatever it says. */
export const bodyBounds = { depth: 64, members: 1000, values: 5_000, valuesOfCalls: 50_000 };

/**
 * Looks at nothing but how much a JSON body holds: finding all faults of very many values would hold up everybody else.
 * @throws InvalidRequestError when it is nested too deep, a list or object in it is too long, or it holds more than `maxValues`
 */
export function checkBodyShape(body: unknown, maxValues: number): void {
  const pending: { value: unknown; pointer: string; depth: number }[] = [{ value: body, pointer: '', depth: 0 }];
  let values = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, pointer, depth } = next;
    if (value === null || typeof value !== 'object') continue;
    const length = Array.isArray(value) ? value.length : Object.keys(value).length;
    if (length > bodyBounds.members) throw tooMuch(pointer, `must have at most ${bodyBounds.members} members`);
    if (depth >= bodyBounds.depth) throw tooMuch('', `must be nested at most ${bodyBounds.depth} deep`);
    values += length;
    if (values > maxValues) throw tooMuch('', `must hold at most ${maxValues} values`);
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
