import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyBounds, countValues } from './body-shape.js';
import { InvalidRequestError } from './http-errors.js';

describe('the shape of a JSON body', () => {
  it.each([
    [{}, 0],
    [[], 0],
    ['text', 0],
    [null, 0],
    [{ a: 1, b: [1, 2, { c: null }] }, 6],
  ])('%j holds %i values', (body, values) => {
    expect(countValues(body)).toBe(values);
  });

  it('may be as deep and long as the bounds say, and no more', () => {
    const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(countValues(nested(bodyBounds.depth))).toBe(bodyBounds.depth - 1);
    expect(() => countValues(nested(bodyBounds.depth + 1))).toThrow(/nested at most 64 deep/);
    expect(() => countValues(nested(100_000))).toThrow(InvalidRequestError);
    expect(countValues(Array(bodyBounds.members).fill(1))).toBe(bodyBounds.members);
    expect(() => countValues({ a: { 'b/c~': Array(bodyBounds.members + 1).fill(1) } })).toThrow(
      expect.objectContaining({ fields: [{ pointer: '/a/b~1c~0', message: 'must have at most 1000 members' }] }),
    );
    const many = Array.from({ length: 60 }, () => Array(900).fill(1));
    expect(() => countValues(many)).toThrow(/at most 50000 values/);
  });

  it('never fails on a body of ordinary size', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 10 }), (body) => void countValues(body)));
  });
});
