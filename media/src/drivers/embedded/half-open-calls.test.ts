import { expect, it } from 'vitest';
import { HalfOpenCalls } from './half-open-calls.js';

it('caps INVITEs without an answer, in all and by source, and forgets those that have one', () => {
  const calls = new HalfOpenCalls(4, 2);
  const add = (id: string, source: string, isStranger = true) => calls.add(id, source, isStranger);
  expect([add('1', 'a'), add('2', 'a'), add('3', 'a')]).toEqual([true, true, false]);
  expect(add('4', 'a', false)).toBe(true);
  expect([add('5', 'b'), add('6', 'c')]).toEqual([true, false]);
  calls.remove('1');
  calls.remove('1');
  expect(calls.size).toBe(3);
  expect(add('7', 'c')).toBe(true);
  for (const id of ['2', '4', '5', '7', 'unknown']) calls.remove(id);
  expect(calls.size).toBe(0);
  expect([add('8', 'a'), add('9', 'a')]).toEqual([true, true]);
});
