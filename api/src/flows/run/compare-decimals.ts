/** Sign, digits before the point, digits after it. */
const decimal = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?$/;

/**
 * Compares two decimal numbers of any length, exactly: less than, equal to, or more than 0. Undefined where one is none (`1e3` and `0x1f` are none); spaces
 * around them do not matter.
 */
export function compareDecimals(a: string, b: string): number | undefined {
  const first = parts(a);
  const second = parts(b);
  if (!first || !second) return undefined;
  if (first.negative !== second.negative) return first.negative ? -1 : 1;
  return first.negative ? compareMagnitudes(second, first) : compareMagnitudes(first, second);
}

interface Decimal {
  readonly negative: boolean;
  /** Without zeros in front. */
  readonly whole: string;
  /** Without zeros at the end. */
  readonly fraction: string;
}

function parts(text: string): Decimal | undefined {
  const match = decimal.exec(text.trim());
  if (!match) return undefined;
  const whole = withoutLeadingZeros(match[2] ?? '');
  const fraction = withoutTrailingZeros(match[3] ?? '');
  return { negative: match[1] === '-' && whole + fraction !== '', whole, fraction };
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.whole.length !== b.whole.length) return a.whole.length - b.whole.length;
  const [first, second] = a.whole === b.whole ? [a.fraction, b.fraction] : [a.whole, b.whole];
  return first < second ? -1 : first > second ? 1 : 0;
}

function withoutLeadingZeros(digits: string): string {
  let from = 0;
  while (digits[from] === '0') from++;
  return digits.slice(from);
}

function withoutTrailingZeros(digits: string): string {
  let to = digits.length;
  while (digits[to - 1] === '0') to--;
  return digits.slice(0, to);
}
