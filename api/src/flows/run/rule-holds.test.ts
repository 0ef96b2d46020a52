import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDecimals } from './compare-decimals.js';
import { matchesPattern } from './matches-pattern.js';
import { comparisonHolds, ruleHolds } from './rule-holds.js';

const asIs = (text: string) => text;
type Comparison = Parameters<typeof comparisonHolds>[0];
type Type = 'text' | 'number' | 'time';

describe('a comparison', () => {
  it.each<[Type, string, Comparison['operator'], string, boolean]>([
    ['text', 'a', 'equals', 'a', true],
    ['text', 'a', 'equals', 'A', false],
    ['text', 'a', 'notEquals', 'A', true],
    ['text', '10', 'lessThan', '9', true],
    ['number', '10', 'lessThan', '9', false],
    ['number', '9', 'lessThan', '10', true],
    ['number', '95', 'atLeast', '90', true],
    ['number', '90', 'atLeast', '90.0', true],
    ['number', '89.999999999999999999', 'atLeast', '90', false],
    ['number', '12345678901234567891', 'greaterThan', '12345678901234567890', true],
    ['number', '-1', 'atMost', '-0.5', true],
    ['number', '-0', 'equals', '0', true],
    ['number', ' 7 ', 'equals', '+7', true],
    ['number', '.5', 'equals', '0.50', true],
    ['number', 'seven', 'equals', 'seven', false],
    ['number', 'seven', 'notEquals', '7', false],
    ['number', '1e3', 'equals', '1000', false],
    ['number', '', 'lessThan', '1', false],
    ['time', '2026-11-23T09:00:00Z', 'equals', '2026-11-23T10:00:00+01:00', true],
    ['time', '2026-11-23', 'lessThan', '2026-11-23T00:00:01Z', true],
    ['time', '2026-02-30', 'lessThan', '2026-11-23', false],
    ['time', 'yesterday', 'lessThan', '2026-11-23', false],
    ['text', '+4930111', 'matches', '+49*', true],
    ['text', '+4930111', 'matches', '+49', false],
    ['text', 'a.b', 'matches', 'a?b', true],
    ['text', 'ab', 'matches', 'a?b', false],
    ['text', '', 'matches', '*', true],
  ])('as %s: %s %s %s is %s', (type, value, operator, operand, result) => {
    expect(comparisonHolds({ value, operator, operand, type }, asIs)).toBe(result);
  });

  it.each<[Type, string, Comparison['operator'], string[], boolean]>([
    ['number', '90', 'between', ['90', '100'], true],
    ['number', '100', 'between', ['90', '100'], true],
    ['number', '100.1', 'between', ['90', '100'], false],
    ['number', '95', 'between', ['90'], false],
    ['text', 'b', 'between', ['a', 'c'], true],
    ['text', 'b', 'oneOf', ['a', 'b'], true],
    ['text', 'c', 'oneOf', ['a', 'b'], false],
    ['number', '7.0', 'oneOf', ['6', '7'], true],
    ['number', 'x', 'oneOf', ['x'], false],
    ['text', 'x', 'oneOf', [], false],
  ])('as %s: %s %s %j is %s', (type, value, operator, operands, result) => {
    expect(comparisonHolds({ value, operator, operands, type }, asIs)).toBe(result);
  });

  it('tells what is set from what is empty', () => {
    const values: Record<string, string> = { '${a}': 'x', '${b}': '' };
    const text = (template: string) => values[template] ?? template;
    expect(comparisonHolds({ value: '${a}', operator: 'isSet' }, text)).toBe(true);
    expect(comparisonHolds({ value: '${b}', operator: 'isSet' }, text)).toBe(false);
    expect(comparisonHolds({ value: '${b}', operator: 'isEmpty' }, text)).toBe(true);
  });

  it('holds nothing without what it is compared with', () => {
    for (const operator of ['equals', 'notEquals', 'matches', 'between', 'oneOf'] as const) {
      expect(comparisonHolds({ value: 'a', operator }, asIs)).toBe(false);
    }
  });

  it('fills variables in on both sides', () => {
    const text = (template: string) => template.replaceAll('${a}', 'x');
    expect(comparisonHolds({ value: '${a}1', operator: 'equals', operand: 'x${one}' }, text)).toBe(false);
    expect(comparisonHolds({ value: '${a}1', operator: 'oneOf', operands: ['${a}1'] }, text)).toBe(true);
  });

  it('holds as a rule where each holds', () => {
    const yes = { value: 'a', operator: 'equals', operand: 'a' } as const;
    const no = { ...yes, operand: 'b' };
    expect([ruleHolds({ all: [yes, yes] }, asIs), ruleHolds({ all: [yes, no] }, asIs)]).toEqual([true, false]);
  });
});

describe('decimals', () => {
  it('compare as numbers do, where those are exact', () => {
    const some = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(some, some, fc.nat(4), (a, b, zeros) => {
        const order = compareDecimals(`${a / 100}${a % 100 ? '0'.repeat(zeros) : ''}`, (b / 100).toFixed(2));
        expect(Math.sign(order!)).toBe(Math.sign(a - b));
      }),
    );
  });
});

describe('a pattern', () => {
  it('matches as the regular expression that means the same', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(text, pattern, (value, glob) => {
        const same = glob.replaceAll('.', '\\.').replaceAll('*', '[^]*').replaceAll('?', '[^]');
        expect(matchesPattern(value, glob)).toBe(new RegExp(`^${same}$`).test(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('finds what is longer than a word of bits', () => {
    const part = 'abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuv';
    fc.assert(
      fc.property(fc.nat(57), fc.nat(60), (changed, before) => {
        const text = `${'a'.repeat(before)}${part}tail`;
        expect(matchesPattern(text, `*${part}*`)).toBe(true);
        expect(matchesPattern(text, `*${part.slice(0, changed)}?${part.slice(changed + 1)}*`)).toBe(true);
        expect(matchesPattern(text, `*${part.slice(0, changed)}!${part.slice(changed + 1)}*`)).toBe(false);
      }),
    );
  });

  it('does not take long, whatever it is', () => {
    const steps = process.cpuUsage();
    expect(matchesPattern('a'.repeat(4096), `${'*a'.repeat(31)}b`)).toBe(false);
    expect(matchesPattern('a'.repeat(4096), `*${'a'.repeat(61)}b*`)).toBe(false);
    expect(matchesPattern('a'.repeat(65), 'a'.repeat(65))).toBe(false);
    expect(process.cpuUsage(steps).user).toBeLessThan(2_000_000); // exponential work would never end
  });
});
