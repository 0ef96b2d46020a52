/** What agents see of a customer's number. */
export type ProtectionMode = 'off' | 'mask' | 'map';

/** A customer's number as it may be shown to somebody. */
export interface ShownNumber {
  /** Whole or masked; empty where only the id may be seen. */
  readonly number: string;
  /** The id that stands for the number where it is mapped. */
  readonly protectedId?: string;
}

/**
 * What of a customer's number an agent sees (SOFTIN-04, INSET-03, INSET-04, OUTSET-03, OUTSET-04). A number that is to be mapped and has no id (the customer's interface
 * failed) is masked: it is never shown whole.
 */
export function shownToAgent(number: string, mode: ProtectionMode, userId: string | undefined): ShownNumber {
  if (mode === 'off') return { number };
  if (mode === 'map' && userId !== undefined) return { number: '', protectedId: userId };
  return { number: masked(number) };
}

const hidden = 4;
const kept = 4;

/**
 * Hides the middle four digits: +8613812345678 becomes +86138****5678. Of a number with fewer than nine digits all but the first and the last are hidden. What is
 * no number (a SIP user) is hidden the same way by its characters.
 */
export function masked(number: string): string {
  const sign = number.startsWith('+') ? '+' : '';
  const text = number.slice(sign.length);
  if (text.length <= 2) return sign + '*'.repeat(text.length);
  if (text.length <= hidden + kept) return `${sign}${text[0]}${'*'.repeat(text.length - 2)}${text.at(-1)}`;
  const from = text.length - hidden - kept;
  return `${sign}${text.slice(0, from)}${'*'.repeat(hidden)}${text.slice(from + hidden)}`;
}
