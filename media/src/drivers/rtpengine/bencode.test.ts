import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bencoded, decodeBencode, encodeBencode } from './bencode.js';

const { bencoded } = fc.letrec<{ bencoded: Bencoded }>((tie) => ({
  bencoded: fc.oneof(
    { maxDepth: 5 },
    fc.integer(),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('bencoded'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('bencoded'), { maxKeys: 4 }),
  ),
}));

const decodeText = (text: string) => decodeBencode(Buffer.from(text, 'latin1'));

describe('bencode', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(bencoded, (value) => {
        expect(plain(decodeBencode(Buffer.from(encodeBencode(value))))).toEqual(plain(value));
      }),
    );
  });

  it('counts bytes of texts, and sorts keys', () => {
    expect(encodeBencode({ b: 'ü', a: [1, -2] })).toBe('d1:ali1ei-2ee1:b2:üe');
  });

  it.each([
    ['nothing', ''],
    ['a text beyond the end', '5:abc'],
    ['a negative length, on which a reader may turn back for ever', 'l-3:'],
    ['a length that is no number', '1x:a'],
    ['a length without end', '9'.repeat(40)],
    ['a list without end', 'l1:a'],
    ['a dictionary without end', 'd1:a1:b'],
    ['a key without a value', 'd1:ae'],
    ['a key that is no text', 'di1e1:ae'],
    ['a number without end', 'i12'],
    ['a number that is none', 'i1.5e'],
    ['two values', '1:a1:b'],
    ['endless nesting', 'l'.repeat(60_000)],
  ])('refuses %s', (_, text) => {
    expect(() => decodeText(text)).toThrow(RangeError);
  });

  it('comes to an end on any bytes: a value, or RangeError', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[dlie0-9:a-]{0,60}$/), (text) => {
        try {
          decodeText(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('takes __proto__ for a key like others', () => {
    const read = decodeText('d9:__proto__d1:a1:bee') as Record<string, unknown>;
    expect(Object.keys(read)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});

/** Dictionaries as lists of pairs, so that the prototype does not count. */
function plain(value: Bencoded): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') return value;
  return {
    pairs: Object.entries(value)
      .map(([key, member]) => [key, plain(member)])
      .sort(),
  };
}
