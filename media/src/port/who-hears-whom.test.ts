import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HearingPlace, isSpeaker, whoHearsWhom } from './who-hears-whom.js';

const names = ['customer', 'agent', 'supervisor', 'trainee', 'interpreter'];
const audience = fc.oneof(
  fc.constant('everyone' as const),
  fc.constant('nobody' as const),
  fc.subarray([...names, 'somebody of another conference']),
);
const place = fc.record({ speaksTo: audience, hears: audience, onHold: fc.boolean() });
const places = fc
  .tuple(fc.subarray(names), fc.array(place, { minLength: names.length, maxLength: names.length }))
  .map(([present, all]) => new Map(present.map((name, at) => [name, all[at]!])));

const plain: HearingPlace<string> = { speaksTo: 'everyone', hears: 'everyone', onHold: false };
const matrix = (given: Record<string, Partial<HearingPlace<string>>>) =>
  Object.fromEntries(whoHearsWhom(new Map(Object.entries(given).map(([name, each]) => [name, { ...plain, ...each }]))));

describe('who hears whom', () => {
  it.each([
    ['plain members', {}, { customer: ['agent'], agent: ['customer'] }],
    [
      'a supervisor who listens',
      { supervisor: { speaksTo: 'nobody' } },
      { customer: ['agent'], agent: ['customer'], supervisor: ['customer', 'agent'] },
    ],
    [
      'one who whispers',
      { supervisor: { speaksTo: ['agent'] } },
      { customer: ['agent'], agent: ['customer', 'supervisor'], supervisor: ['customer', 'agent'] },
    ],
    [
      'one who barges in',
      { supervisor: {} },
      { customer: ['agent', 'supervisor'], agent: ['customer', 'supervisor'], supervisor: ['customer', 'agent'] },
    ],
    ['a customer on hold', { customer: { onHold: true } }, { customer: [], agent: [] }],
  ] as [string, Record<string, Partial<HearingPlace<string>>>, Record<string, string[]>][])(
    'is told for %s',
    (_name, given, wanted) => {
      expect(matrix({ customer: {}, agent: {}, ...given })).toEqual(wanted);
    },
  );

  it('takes both: one who speaks and one who hears, neither on hold, and never oneself', () => {
    fc.assert(
      fc.property(places, (given) => {
        const heard = whoHearsWhom(given);
        expect([...heard.keys()]).toEqual([...given.keys()]);
        const covers = (list: HearingPlace<string>['hears'], name: string) =>
          list === 'everyone' || (list !== 'nobody' && list.includes(name));
        for (const [listener, of] of given) {
          for (const [speaker, by] of given) {
            const wanted =
              listener !== speaker &&
              !of.onHold &&
              !by.onHold &&
              covers(of.hears, speaker) &&
              covers(by.speaksTo, listener);
            expect(heard.get(listener)!.includes(speaker)).toBe(wanted);
          }
        }
      }),
    );
  });

  it('gives whoever takes no speaker’s seat no audience', () => {
    fc.assert(
      fc.property(places, (given) => {
        const heard = [...whoHearsWhom(given).values()].flat();
        for (const [name, each] of given) if (!isSpeaker(each)) expect(heard).not.toContain(name);
      }),
    );
  });
});
