import type { Schema } from '@hookswitch/openapi/operations';
import { shown } from '../../scripting/index.js';
import type { FlowNode } from '../document/flow-document.js';
import type { Tell } from '../document/flow-fault.js';
import { variablesIn } from '../document/texts.js';
import { longestPattern } from '../run/matches-pattern.js';

type Comparison = Schema<'FlowComparison'>;

/** Each operator has what it compares with, in a form of its type. */
export function checkComparisons({ rules }: FlowNode<'condition'>, tell: Tell): void {
  for (const [rule, { all }] of rules.entries()) {
    for (const [index, comparison] of all.entries()) {
      checkComparison(comparison, (field, message) =>
        tell(`/rules/${rule}/all/${index}${field}`, 'wrong-comparison', message),
      );
    }
  }
}

function checkComparison(comparison: Comparison, wrong: (field: string, message: string) => void): void {
  const { operator, operand, operands, type = 'text' } = comparison;
  const several = operator === 'between' || operator === 'oneOf';
  const none = operator === 'isSet' || operator === 'isEmpty';
  if (operator === 'between' && operands?.length !== 2) wrong('/operands', 'must hold two bounds for `between`.');
  if (operator === 'oneOf' && !operands?.length) wrong('/operands', 'must hold the values of `oneOf`.');
  if (!several && operands !== undefined) wrong('/operands', `is not for \`${operator}\`.`);
  if (!several && !none && operand === undefined) wrong('/operand', `is missing: what \`${operator}\` compares with.`);
  if ((several || none) && operand !== undefined) wrong('/operand', `is not for \`${operator}\`.`);
  if (operator === 'matches' && type !== 'text') wrong('/type', 'must be text for `matches`.');
  if (operator === 'matches' && operand !== undefined) checkPattern(operand, wrong);
  if (none || operator === 'matches') return;
  const values = several
    ? (operands ?? []).map((value, at) => ({ field: `/operands/${at}`, value }))
    : [{ field: '/operand', value: operand }];
  for (const { field, value } of values) {
    if (value === undefined || variablesIn(value).length > 0 || isOfType(value, type)) continue;
    wrong(field, `is no ${type === 'number' ? 'decimal number' : 'time or date (RFC 3339)'}: ${shown(value)}.`);
  }
}

/** One with variables may still come out too long when it is compared. */
function checkPattern(pattern: string, wrong: (field: string, message: string) => void): void {
  if (pattern.length <= longestPattern || variablesIn(pattern).length > 0) return;
  wrong('/operand', `is a pattern of more than ${longestPattern} characters, which matches nothing.`);
}

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const dateOrTime = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?)?$/;

function isOfType(value: string, type: NonNullable<Comparison['type']>): boolean {
  if (type === 'number') return decimal.test(value.trim());
  if (type === 'time') return dateOrTime.test(value) && !Number.isNaN(Date.parse(value));
  return true;
}
