import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HearingPlace, whoHearsWhom } from '../../../port/who-hears-whom.js';
import { type Place, placesOf } from './places.js';

const names = ['customer', 'agent', 'supervisor', 'trainee', 'interpreter'];
const audience = fc.oneof(fc.constant('everyone' as const), fc.constant('nobody' as const), fc.subarray(names));
const place = fc.record({ speaksTo: audience, hears: audience, onHold: fc.boolean() });
const rooms = fc
  .tuple(fc.subarray(names), fc.array(place, { minLength: names.length, maxLength: names.length }))
  .map(([present, all]) => whoHearsWhom(new Map(present.map((name, at) => [name, all[at]!]))));

/** Who hears whom where legs are at these places, by what each place does. */
function heardAt(places: ReadonlyMap<string, Place<string>>): Map<string, string[]> {
  const hears = (listener: string, speaker: string): boolean => {
    const [to, from] = [places.get(listener)!, places.get(speaker)!];
    if (listener === speaker) return false;
    if (to.kind === 'bridge' && to.with === speaker) return true;
    if (to.kind === 'bridge' && from.kind === 'eavesdrop') return from.on === listener ? from.toTarget : from.toOther;
    if (to.kind === 'eavesdrop') {
      const target = places.get(to.on)!;
      return to.on === speaker || (target.kind === 'bridge' && target.with === speaker);
    }
    return (
      to.kind === 'conference' && from.kind === 'conference' && !to.deaf && !from.muted && !to.deafTo.includes(speaker)
    );
  };
  return new Map(
    [...places.keys()].map((listener) => [listener, [...places.keys()].filter((each) => hears(listener, each))]),
  );
}

const plain: HearingPlace<string> = { speaksTo: 'everyone', hears: 'everyone', onHold: false };
const kindsOf = (given: Record<string, Partial<HearingPlace<string>>>, isConference = false) => {
  const listening = whoHearsWhom(new Map(Object.entries(given).map(([name, each]) => [name, { ...plain, ...each }])));
  return [...placesOf('room', listening, isConference)].map(([name, { kind }]) => `${name} ${kind}`);
};

describe('places in the switch', () => {
  it('let everybody hear exactly whom they should, whatever that is', () => {
    fc.assert(
      fc.property(rooms, fc.boolean(), (listening, isConference) => {
        const heard = heardAt(placesOf('room', listening, isConference));
        for (const [name, others] of listening) expect(heard.get(name)!.sort()).toEqual([...others].sort());
      }),
    );
  });

  it.each([
    ['two', { customer: {}, agent: {} }, ['customer bridge', 'agent bridge']],
    ['one alone', { customer: {} }, ['customer alone']],
    ['one on hold', { customer: { onHold: true }, agent: {} }, ['customer alone', 'agent alone']],
    [
      'a supervisor who listens to two',
      { customer: {}, agent: {}, supervisor: { speaksTo: 'nobody' } },
      ['customer bridge', 'agent bridge', 'supervisor eavesdrop'],
    ],
    [
      'one who whispers',
      { customer: {}, agent: {}, supervisor: { speaksTo: ['agent'] } },
      ['customer bridge', 'agent bridge', 'supervisor eavesdrop'],
    ],
    [
      'three who talk',
      { customer: {}, agent: {}, trainee: {} },
      ['customer conference', 'agent conference', 'trainee conference'],
    ],
  ] as [string, Record<string, Partial<HearingPlace<string>>>, string[]][])('of %s', (_who, given, wanted) => {
    expect(kindsOf(given)).toEqual(wanted);
  });

  it('stay a conference while two are left of it', () => {
    expect(kindsOf({ customer: {}, agent: {} }, true)).toEqual(['customer conference', 'agent conference']);
    expect(kindsOf({ customer: {} }, true)).toEqual(['customer alone']);
  });
});
