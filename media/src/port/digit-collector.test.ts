import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceCollection, beginCollection, type CollectRules, type CollectSignal } from './digit-collector.js';

const rules: CollectRules = { finishOnKey: '#', firstDigitTimeoutMs: 5000, interDigitTimeoutMs: 2000 };
const timeout: CollectSignal = { kind: 'timeout' };
const press = (digits: string): CollectSignal[] => [...digits].map((digit) => ({ kind: 'digit', digit }));
const run = (options: CollectRules, signals: readonly CollectSignal[]) =>
  signals.reduce(advanceCollection, beginCollection(options));

describe('collecting digits', () => {
  it.each([
    ['stops after the most digits', { ...rules, maxDigits: 3 }, press('123'), { digits: '123', end: 'complete' }],
    ['leaves later digits alone', { ...rules, maxDigits: 1 }, press('123'), { digits: '1', end: 'complete' }],
    ['ends on the finish key', rules, press('12#'), { digits: '12', end: 'finish-key', finishKey: '#' }],
    ['ends on a finish key alone', rules, press('#'), { digits: '', end: 'finish-key', finishKey: '#' }],
    [
      'knows several finish keys',
      { ...rules, finishOnKey: '*#' },
      press('1*'),
      { digits: '1', end: 'finish-key', finishKey: '*' },
    ],
    [
      'takes # as a digit where no key ends it',
      { ...rules, finishOnKey: '', maxDigits: 2 },
      press('1#'),
      { digits: '1#', end: 'complete' },
    ],
    ['times out without a digit', rules, [timeout], { digits: '', end: 'timeout' }],
    ['times out between digits', rules, [...press('12'), timeout], { digits: '12', end: 'timeout' }],
    [
      'keeps what came before an interruption',
      rules,
      [...press('1'), { kind: 'interrupt' } as const],
      { digits: '1', end: 'interrupted' },
    ],
    [
      'keeps what came before the call ended',
      rules,
      [...press('1'), { kind: 'call-ended' } as const],
      { digits: '1', end: 'call-ended' },
    ],
    ['wants nothing where no digit is wanted', { ...rules, maxDigits: 0 }, [], { digits: '', end: 'complete' }],
  ])('%s', (_name, options, signals, result) => {
    expect(run(options, signals).result).toEqual(result);
  });

  it.each([
    ['the first digit', rules, '', 5000],
    ['each further digit', rules, '1', 2000],
    ['the first digit for ever', { finishOnKey: '', interDigitTimeoutMs: 2000 }, '', undefined],
  ])('waits for %s', (_name, options, pressed, waitMs) => {
    expect(run(options, press(pressed)).waitMs).toBe(waitMs);
  });

  it('never holds a finish key, never more than the most digits, and never changes once over', () => {
    const signal = fc.oneof(
      fc.constantFrom(...'0123456789*#ABCD').map((digit): CollectSignal => ({ kind: 'digit', digit })),
      fc.constantFrom<CollectSignal>(timeout, { kind: 'interrupt' }, { kind: 'call-ended' }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(signal), (maxDigits, signals) => {
        let collection = beginCollection({ ...rules, maxDigits });
        for (const each of signals) {
          const after = advanceCollection(collection, each);
          if (collection.result) expect(after).toBe(collection);
          collection = after;
          expect(collection.digits).not.toContain('#');
          expect(collection.digits.length).toBeLessThanOrEqual(maxDigits);
        }
      }),
    );
  });
});
