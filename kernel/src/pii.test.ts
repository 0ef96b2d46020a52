import { expect, it } from 'vitest';
import { pii } from './pii.js';

it.each([
  ['+8613800138000', '+861********00'],
  ['+14155550123', '+141******23'],
  ['alice', 'a***e'],
  ['ab', '**'],
  [undefined, undefined],
])('masks %s as %s', (value, masked) => {
  expect(pii(value)).toBe(masked);
});
