import type { Schema } from '@hookswitch/openapi/operations';
import { compareDecimals } from './compare-decimals.js';
import { matchesPattern } from './matches-pattern.js';

type Rule = Schema<'FlowRule'>;
type Comparison = Schema<'FlowComparison'>;

/** Whether all comparisons of a rule hold. `text` fills a template's variables in. */
export function ruleHolds(rule: Pick<Rule, 'all'>, text: (template: string) => string): boolean {
  return rule.all.every((comparison) => comparisonHolds(comparison, text));
}

/**
 * Whether one comparison holds. What is no number, or no time, where numbers or times are compared holds nothing, `notEquals` neither; so does an operand that
 * is missing. Bounds of `between` are included.
 */
export function comparisonHolds(comparison: Comparison, text: (template: string) => string): boolean {
  const { operator, type = 'text' } = comparison;
  const value = text(comparison.value);
  if (operator === 'isSet') return value !== '';
  if (operator === 'isEmpty') return value === '';
  const operand = comparison.operand === undefined ? undefined : text(comparison.operand);
  if (operator === 'matches') return operand !== undefined && matchesPattern(value, operand);
  const compare = comparers[type];
  if (operator === 'oneOf') return (comparison.operands ?? []).some((one) => compare(value, text(one)) === 0);
  if (operator === 'between') {
    const [low, high] = comparison.operands ?? [];
    return (
      low !== undefined &&
      high !== undefined &&
      holds('atLeast', compare(value, text(low))) &&
      holds('atMost', compare(value, text(high)))
    );
  }
  return operand !== undefined && holds(operator, compare(value, operand));
}

type Order = number | undefined;

/** Less than, equal to, or more than 0; undefined where the two cannot be compared. */
const comparers: Readonly<Record<NonNullable<Comparison['type']>, (a: string, b: string) => Order>> = {
  text: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  number: compareDecimals,
  time: (a, b) => {
    const [first, second] = [timeOf(a), timeOf(b)];
    return first === undefined || second === undefined ? undefined : first - second;
  },
};

function holds(operator: Comparison['operator'], order: Order): boolean {
  if (order === undefined) return false;
  switch (operator) {
    case 'equals':
      return order === 0;
    case 'notEquals':
      return order !== 0;
    case 'lessThan':
      return order < 0;
    case 'atMost':
      return order <= 0;
    case 'greaterThan':
      return order > 0;
    case 'atLeast':
      return order >= 0;
    default:
      return false;
  }
}

/** RFC 3339: a date-time, or a full-date, which is its midnight in UTC. */
const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2}))?$/;

/** Milliseconds since the epoch. */
function timeOf(text: string): number | undefined {
  const match = rfc3339.exec(text.trim());
  if (!match) return undefined;
  const [whole, year, month, day] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined; // 30 February
  const ms = Date.parse(whole.toUpperCase().replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : ms;
}
