import type { CollectOptions, CollectResult } from './live-call.js';

/**
 * The rules of `LiveCall.collect`, apart from time and sound, so that every driver collects alike.
 *
 *   waiting ──digit──► waiting (another digit wanted) ──digit──► complete
 *      │  └──finish key──► finish-key
 *      └──time-out──► timeout        interrupt / call-ended at any time
 *
 * A finished collection takes no more signals: what comes later belongs to the next one.
 */
export interface Collection {
  readonly rules: CollectRules;
  readonly digits: string;
  /** How long to wait for the next digit, milliseconds. Undefined: for ever, or because it is over. */
  readonly waitMs: number | undefined;
  /** Set once it is over. */
  readonly result: CollectResult | undefined;
}

/** The options that decide; times in milliseconds. */
export type CollectRules = Pick<
  CollectOptions,
  'maxDigits' | 'finishOnKey' | 'firstDigitTimeoutMs' | 'interDigitTimeoutMs'
>;

export type CollectSignal =
  | { readonly kind: 'digit'; readonly digit: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'call-ended' };

/** A collection that has heard nothing yet. `maxDigits` below 1 is complete at once. */
export function beginCollection(rules: CollectRules): Collection {
  if (rules.maxDigits !== undefined && rules.maxDigits < 1) return over({ rules, digits: '' }, { end: 'complete' });
  return { rules, digits: '', waitMs: rules.firstDigitTimeoutMs, result: undefined };
}

/** The collection after `signal`. One that is over stays as it is. */
export function advanceCollection(collection: Collection, signal: CollectSignal): Collection {
  if (collection.result) return collection;
  switch (signal.kind) {
    case 'digit':
      return takeDigit(collection, signal.digit);
    case 'timeout':
      return over(collection, { end: 'timeout' });
    case 'interrupt':
      return over(collection, { end: 'interrupted' });
    case 'call-ended':
      return over(collection, { end: 'call-ended' });
  }
}

function takeDigit(collection: Collection, digit: string): Collection {
  const { rules } = collection;
  if (rules.finishOnKey.includes(digit)) return over(collection, { end: 'finish-key', finishKey: digit });
  const digits = collection.digits + digit;
  if (rules.maxDigits !== undefined && digits.length >= rules.maxDigits) {
    return over({ rules, digits }, { end: 'complete' });
  }
  return { rules, digits, waitMs: rules.interDigitTimeoutMs, result: undefined };
}

function over(
  { rules, digits }: Pick<Collection, 'rules' | 'digits'>,
  end: Pick<CollectResult, 'end' | 'finishKey'>,
): Collection {
  return { rules, digits, waitMs: undefined, result: { digits, ...end } };
}
