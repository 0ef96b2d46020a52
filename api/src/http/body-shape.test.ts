import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyBounds, checkBodyShape } from './body-shape.js';

describe('the shape of a JSON body', () => {
  const { depth, members, values } = bodyBounds;
  const check = (body: unknown) => checkBodyShape(body, bodyBounds);
  const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'text'],
    ['an empty object', {}],
    ['all levels there may be', nested(depth)],
    ['all members there may be', Array(members).fill(1)],
    ['all values there may be', Array.from({ length: values / 500 }, () => Array(499).fill(1))],
  ])('may be %s', (_name, body) => {
    expect(() => check(body)).not.toThrow();
  });

  it.each([
    ['too deep', nested(depth + 1), '', 'must be nested at most 64 deep'],
    ['far too deep', nested(100_000), '', 'must be nested at most 64 deep'],
    ['too long a list', { a: { 'b/c~': Array(members + 1).fill(1) } }, '/a/b~1c~0', 'must have at most 1000 members'],
    [
      'too many values',
      Array.from({ length: values / 500 }, () => Array(500).fill(1)),
      '',
      'must hold at most 5000 values',
    ],
  ])('may not be %s', (_name, body, pointer, message) => {
    expect(() => check(body)).toThrow(expect.objectContaining({ fields: [{ pointer, message }] }));
  });

  it('never fails on a body of ordinary size', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 10 }), (body) => void check(body)));
  });
});
