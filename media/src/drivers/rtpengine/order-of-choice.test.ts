import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Candidate, inOrderOfChoice } from './order-of-choice.js';

const candidate = fc.record({
  up: fc.boolean(),
  drained: fc.boolean(),
  weight: fc.integer({ min: 1, max: 20 }),
  sessions: fc.integer({ min: 0, max: 500 }),
});

it('takes those that answer and are not drained, each once, whatever there is', () => {
  fc.assert(
    fc.property(fc.array(candidate, { maxLength: 8 }), (all) => {
      const chosen = inOrderOfChoice(all);
      expect(new Set(chosen)).toEqual(new Set(all.filter(({ up, drained }) => up && !drained)));
      expect(chosen).toHaveLength(new Set(chosen).size);
    }),
  );
});

it('never prefers one that would have more sessions for its weight than another', () => {
  fc.assert(
    fc.property(fc.array(candidate, { minLength: 1, maxLength: 8 }), (all) => {
      const loads = inOrderOfChoice(all).map(({ sessions, weight }) => (sessions + 1) / weight);
      expect(loads).toEqual([...loads].sort((a, b) => a - b));
    }),
  );
});

it('shares sessions by weight, to one session, however they come and go', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(weights, fc.integer({ min: 1, max: 300 }), (each, count) => {
      const relays = each.map((weight) => ({ up: true, drained: false, weight, sessions: 0 }));
      for (let placed = 0; placed < count; placed += 1) inOrderOfChoice(relays)[0]!.sessions += 1;
      const total = each.reduce((sum, weight) => sum + weight, 0);
      for (const { sessions, weight } of relays) {
        expect(Math.abs(sessions - (count * weight) / total)).toBeLessThanOrEqual(each.length);
      }
    }),
  );
});

it('keeps the order of the list among equals', () => {
  const like = (name: string): Candidate & { name: string } => ({
    name,
    up: true,
    drained: false,
    weight: 2,
    sessions: 3,
  });
  expect(inOrderOfChoice([like('a'), like('b'), like('c')]).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});
